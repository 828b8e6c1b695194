import { InvalidInputError, showValue, type Problem } from '@cadenza/domain';
import { crossProblems } from './cross-checks.ts';
import {
  defaultFor,
  SETTINGS,
  type AppName,
  type Setting,
  type SettingName,
  type SettingValue,
} from './settings.ts';

/** The process's environment, or any other source of named texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Checked values by name. What is not set and has no default is missing. */
export type Values = { readonly [N in SettingName]?: SettingValue<N> };

/**
 * Reads and checks all settings of an app. Empty variables count as not set, and white space
 * around a value does not belong to it.
 *
 * @throws InvalidInputError with every problem there is
 */
export function readEnvironment(app: AppName, env: Environment): Values {
  const { values, problems } = readSettings(app, env);
  if (problems.length > 0) throw new InvalidInputError(`settings of ${app} refused`, problems);
  return values;
}

/** The same, with the values that are right and every problem of the others. */
export function readSettings(
  app: AppName,
  env: Environment,
): { readonly values: Values; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  const definitions: [string, Setting<unknown>][] = Object.entries(SETTINGS);
  for (const [name, setting] of definitions) {
    if (!setting.apps.includes(app)) continue;
    const text = env[name]?.trim() || defaultFor(setting, app);
    if (text === undefined) {
      if (setting.requiredBy?.includes(app) === true) {
        problems.push(missing(name, setting));
      }
      continue;
    }
    const result = setting.value.schema.safeParse(text);
    if (result.success) values[name] = result.data;
    else {
      const shown = setting.secret
        ? `a secret of ${text.length} characters`
        : showValue(withoutUser(text));
      problems.push(problem(name, setting, 'bad_value', `${shown} was found`));
    }
  }
  // The table gives each name its type, which the compiler cannot follow through a loop.
  const checked = values as Values;
  problems.push(...crossProblems(checked, new Set(problems.map(({ path }) => path))));
  return { values: checked, problems };
}

/** What is said of a setting that is needed, and not set. */
export function missingProblem(name: SettingName): Problem {
  return missing(name, SETTINGS[name]);
}

function missing(name: string, setting: Setting<unknown>): Problem {
  return problem(name, setting, 'missing', 'is not set');
}

function problem(name: string, setting: Setting<unknown>, code: string, found: string): Problem {
  const hint = setting.hint === undefined ? '' : `. ${setting.hint}`;
  return { path: name, code, message: `${found}, expected ${setting.value.expected}${hint}` };
}

/** A URL without the user that stands in it: it may have a password. */
function withoutUser(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//…@');
}
