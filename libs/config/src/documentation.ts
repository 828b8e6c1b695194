import { defaultFor, SETTINGS, type AppName, type Setting } from './settings.ts';

/** One setting, as the documentation shows it. */
export interface SettingRow {
  readonly name: string;
  readonly apps: readonly AppName[];
  readonly requiredBy: readonly AppName[];
  /** Null where there is none; per app where they differ. */
  readonly default: string | null;
  readonly secret: boolean;
  readonly expected: string;
  readonly description: string;
}

/** All settings, in the order in which they are documented. */
export function settingsTable(): SettingRow[] {
  const definitions: [string, Setting<unknown>][] = Object.entries(SETTINGS);
  return definitions.map(([name, setting]) => ({
    name,
    apps: setting.apps,
    requiredBy: setting.requiredBy ?? [],
    default: shownDefault(setting),
    secret: setting.secret === true,
    expected: setting.value.expected,
    description: setting.description,
  }));
}

function shownDefault(setting: Setting<unknown>): string | null {
  if (setting.default === undefined) return null;
  if (typeof setting.default === 'string') return setting.default;
  return setting.apps.map((app) => `${defaultFor(setting, app) ?? ''} (${app})`).join(', ');
}

/** The settings as a Markdown table. */
export function settingsMarkdown(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const rows = settingsTable().map((row) => {
    const needed = row.requiredBy.length > 0 ? `required (${row.requiredBy.join(', ')})` : '';
    const preset = row.default === null ? needed || '–' : `\`${row.default}\``;
    const kind = row.secret ? `${row.expected}; secret` : row.expected;
    return `| \`${row.name}\` | ${row.apps.join(', ')} | ${preset} | ${cell(kind)} | ${cell(row.description)} |`;
  });
  return [
    '| Variable | Read by | Default | Value | Meaning |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
