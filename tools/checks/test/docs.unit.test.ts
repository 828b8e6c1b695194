import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundariesTable } from './boundaries-table.ts';
import { projects, ROOT, run, succeed, type Manifest } from './workspace.ts';

const DOCS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...globSync('{docs,examples}/**/*.md', { cwd: ROOT, exclude: ['**/node_modules'] }),
];
const PROJECT_READMES = (['libs', 'apps', 'tools'] as const)
  .flatMap((group) => projects(group))
  .map(({ folder }) => `${folder}/README.md`)
  .concat('docker/README.md')
  .filter((file) => existsSync(join(ROOT, file)));

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The command line as it is used: with the sources, on this Node. */
const CADENZA = ['--conditions=@cadenza/source', 'tools/cli/src/main.ts'];

/** What stands between `<!-- name:start -->` and `<!-- name:end -->`. */
function between(file: string, name: string): string {
  const found = new RegExp(`<!-- ${name}:start -->(.*)<!-- ${name}:end -->`, 's').exec(read(file));
  if (!found) throw new Error(`${file} has no markers ${name}:start and ${name}:end`);
  return found[1] ?? '';
}

/** A table's rows, whatever the formatter has done to its widths. */
function rows(markdown: string): string[] {
  return markdown
    .trim()
    .split('\n')
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) => line.replace(/\s*\|\s*/g, '|'));
}

/** The rows of a page's table of packages: the cells after the package, by its name. */
function packagesIn(file: string): Record<string, readonly string[]> {
  const row = /^\|\[`(@cadenza\/[a-z-]+)`\]\([^)]+\)\|(.*)\|$/;
  return Object.fromEntries(
    rows(read(file)).flatMap((line) => {
      const [, name = '', cells = ''] = row.exec(line) ?? [];
      return name === '' ? [] : [[name, cells.split('|')]];
    }),
  );
}

/** What a library needs of ours to be installed, as the README writes it. */
function standsOn({ dependencies = {} }: Manifest): string {
  const ours = Object.keys(dependencies).filter((name) => name.startsWith('@cadenza/'));
  const names = ours.map((name) => name.replace('@cadenza/', '')).sort();
  return names.length === 0 ? 'nothing of ours' : names.join(', ');
}

/** Installing by name gets nothing while no package of ours is on the registry. */
const FROM_REGISTRY = /npm (?:install|i)\b[^\n]* @cadenza\//;

const withoutCode = (markdown: string) =>
  markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');

/** The anchors that GitHub gives to a page's headings. */
function anchors(markdown: string): string[] {
  return [...markdown.replace(/^```.*?^```/gms, '').matchAll(/^#+ +(.+)$/gm)].map(
    ([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
  );
}

/** Relative links of a page that lead nowhere. */
function deadLinks(file: string): string[] {
  return [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchors(read(target)).includes(anchor);
    });
}

/** Blocks of JSON in a page that are plans. */
function plansIn(file: string): string[] {
  return [...read(file).matchAll(/^```json\n(.*?)^```/gms)]
    .map(([, block = '']) => block)
    .filter((block) => {
      const value: unknown = JSON.parse(block);
      return typeof value === 'object' && value !== null && 'nodes' in value;
    });
}

/** Simulations in a page: the command, and the output that is shown below it. */
function simulationsIn(file: string): { command: string; shown: string }[] {
  const blocks =
    /^```sh\nnpm run --silent cadenza -- (plan simulate [^\n]+)\n```\n\n```text\n(.*?)^```/gms;
  return [...read(file).matchAll(blocks)].map(([, command = '', shown = '']) => ({
    command,
    shown,
  }));
}

/** Codes that checking a plan can report, as the sources name them. */
function validationCodes(): string[] {
  const files = ['libs/plan/src/{schema,validate}/*.ts', 'libs/engine/src/plans/check-plan.ts'];
  const sources = globSync(files, { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts'))
    .map(read)
    .join('\n');
  const codeOf = /function codeOf\b.*?^\}/ms.exec(sources)?.[0] ?? '';
  const reported = [...sources.matchAll(/(?<!const )\bcode: ([^,;}\n]+)/g)].map(
    ([, value]) => value ?? '',
  );
  const returned = [...codeOf.matchAll(/return ([^;]+);/g)].map(([, value]) => value ?? '');
  const quoted = [...reported, ...returned].flatMap((text) =>
    // What a condition compares with is no code.
    [...text.replace(/=== '[a-z_]+'/g, '').matchAll(/'([a-z_]+)'/g)].map(([, code = '']) => code),
  );
  return [...new Set(quoted)].sort();
}

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cadenza-docs-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('documentation', () => {
  it.each([...DOCS, ...PROJECT_READMES])('%s has links that lead somewhere', (file) => {
    expect(deadLinks(file)).toEqual([]);
  });

  it.each(PROJECT_READMES)('%s sends nobody to the registry for our packages', (file) => {
    expect(read(file)).not.toMatch(FROM_REGISTRY);
  });

  it('has a walk-through whose terminals know every variable that they use', () => {
    const blocks = [...read('README.md').matchAll(/^```sh\n(.*?)^```/gms)].map(
      ([, block = '']) => block,
    );
    const assigned = (text: string) =>
      [...text.matchAll(/^(?:export )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
    const kept = blocks.flatMap((block) =>
      [...block.matchAll(/cadenza\.env <<END\n(.*?)^END$/gms)].flatMap(([, text]) =>
        assigned(text ?? ''),
      ),
    );
    expect(kept).toContain('CADENZA_API_KEY');
    for (const block of blocks) {
      const known = [...kept, ...assigned(block)];
      const used = [...block.matchAll(/\$([A-Z][A-Z0-9_]*)/g)].map(([, name]) => name);
      expect(used.filter((name) => !known.includes(name))).toEqual([]);
    }
    expect(read('.gitignore').split('\n')).toEqual(
      expect.arrayContaining(['cadenza.env', 'emulator.pem']),
    );
  });

  it('shows the settings as they are: put the output of `cadenza settings` into operations.md', async () => {
    const table = await succeed(process.execPath, [...CADENZA, 'settings'], { cwd: ROOT });
    expect(rows(between('docs/operations.md', 'settings'))).toEqual(rows(table));
  });

  it('shows the boundaries as lint keeps them', () => {
    expect(rows(between('docs/architecture.md', 'boundaries'))).toEqual(rows(boundariesTable()));
  });

  const libraries = projects('libs').map(({ manifest }) => manifest);

  it('says of every package what it stands on, as its package.json has it', () => {
    const shown = Object.entries(packagesIn('README.md')).map(([name, cells]) => [
      name,
      cells.at(-1),
    ]);
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(libraries.map((library) => [library.name, standsOn(library)])),
    );
  });

  it('has every package in the page about the architecture', () => {
    expect(Object.keys(packagesIn('docs/architecture.md')).sort()).toEqual(
      libraries.map(({ name }) => name).sort(),
    );
  });

  it('names every table', () => {
    const schema = /^export interface Schema \{\n(.*?)^\}/ms.exec(
      read('libs/database/src/schema.ts'),
    );
    const tables = [...(schema?.[1] ?? '').matchAll(/^ {2}(\w+): /gm)].map(([, name = '']) => name);
    expect(tables).toContain('contact_campaigns');
    const named = new Set(read('docs/architecture.md').match(/[a-z_]+/g));
    expect(tables.filter((table) => !named.has(table))).toEqual([]);
  });

  it('explains every metric, and no other', () => {
    const made = read('libs/telemetry/src/metrics.ts').match(/(?<=name: ')cadenza_\w+/g);
    const page = /^## Metrics\n(.*?)^## /ms.exec(read('docs/operations.md'))?.[1] ?? '';
    const explained = page.match(/(?<=^\| `)cadenza_\w+/gm);
    expect([...new Set(explained)].sort()).toEqual([...new Set(made)].sort());
  });

  it('explains every code of a plan’s validation', () => {
    const explained = rows(between('docs/plan-language.md', 'codes'))
      .map((row) => /^\|`([a-z_]+)`\|/.exec(row)?.[1])
      .filter((code) => code !== undefined);
    expect(explained.sort()).toEqual(validationCodes());
  });

  const plans = [...DOCS, ...PROJECT_READMES].flatMap((file) =>
    plansIn(file).map((plan, index) => ({ file, number: index + 1, plan })),
  );

  it('has plans in the README and in the page about the language', () => {
    const files = plans.map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/plan-language.md']));
  });

  it.each(plans)('$file: plan $number is valid, without warnings', async ({ plan }) => {
    const file = join(directory, 'plan.json');
    writeFileSync(file, plan);
    const args = [...CADENZA, 'plan', 'validate', '--json', file];
    const { stdout } = await run(process.execPath, args, { cwd: ROOT });
    expect(JSON.parse(stdout)).toEqual({ ok: true, problems: [], warnings: [] });
  });

  const simulations = simulationsIn('docs/plan-language.md');

  it('simulates its example', () => {
    expect(simulations).not.toHaveLength(0);
  });

  it.each(simulations)('shows what the command answers: $command', async ({ command, shown }) => {
    const args = [...CADENZA, ...command.split(' ')];
    expect(await succeed(process.execPath, args, { cwd: ROOT })).toBe(shown);
  });
});
