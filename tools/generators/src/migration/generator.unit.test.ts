import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { expect, it } from 'vitest';
import migration from './generator.ts';

const FOLDER = 'libs/database/src/migrations';

function workspace() {
  const tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
  tree.write(`${FOLDER}/0001-platform.ts`, 'export {};\n');
  tree.write(
    `${FOLDER}/index.ts`,
    `import type { Migration } from 'kysely/migration';
import * as platform from './0001-platform.ts';

/** All migrations. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-platform': platform,
};
`,
  );
  return tree;
}

it('numbers migrations in order and lists each in the index', async () => {
  const tree = workspace();

  await migration(tree, { name: 'add-lead-owner' });
  await migration(tree, { name: 'drop-fax' });

  expect(tree.children(FOLDER).sort()).toEqual([
    '0001-platform.ts',
    '0002-add-lead-owner.ts',
    '0003-drop-fax.ts',
    'index.ts',
  ]);
  expect(tree.read(`${FOLDER}/index.ts`, 'utf8'))
    .toBe(`import type { Migration } from 'kysely/migration';
import * as platform from './0001-platform.ts';
import * as addLeadOwner from './0002-add-lead-owner.ts';
import * as dropFax from './0003-drop-fax.ts';

/** All migrations. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-platform': platform,
  '0002-add-lead-owner': addLeadOwner,
  '0003-drop-fax': dropFax,
};
`);
});

it('writes a reversible migration', async () => {
  const tree = workspace();
  await migration(tree, { name: 'add-lead-owner' });

  const source = tree.read(`${FOLDER}/0002-add-lead-owner.ts`, 'utf8');
  expect(source).toContain('export async function up(db: Kysely<unknown>): Promise<void>');
  expect(source).toContain('export async function down(db: Kysely<unknown>): Promise<void>');
});

it.each([
  ['Add Owner', /name "Add Owner": expected lower-case words/],
  ['platform', /0001-platform\.ts is called that already/],
])('refuses the name %j', async (name, error) => {
  await expect(migration(workspace(), { name })).rejects.toThrow(error);
});

it('says so when the index has another form', async () => {
  const tree = workspace();
  tree.write(`${FOLDER}/index.ts`, 'export {};\n');
  await expect(migration(tree, { name: 'add-owner' })).rejects.toThrow(/index\.ts: expected/);
});
