import { readJson } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { expect, it } from 'vitest';
import library from './generator.ts';

const OPTIONS = { name: 'call-lists', description: 'Lists of calls' };

function workspace() {
  const tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
  tree.write('tsconfig.json', '{ "files": [], "references": [{ "path": "./libs/domain" }] }');
  return tree;
}

it('writes a package that lint, build and tests know', async () => {
  const tree = workspace();
  await library(tree, OPTIONS);

  expect(readJson(tree, 'libs/call-lists/package.json')).toMatchObject({
    name: '@cadenza/call-lists',
    description: 'Lists of calls',
    type: 'module',
    exports: { '.': { '@cadenza/source': './src/index.ts', import: './dist/index.js' } },
    nx: { tags: ['scope:call-lists', 'type:pure'] },
  });
  expect(tree.children('libs/call-lists').sort()).toEqual([
    'README.md',
    'package.json',
    'src',
    'tsconfig.json',
    'tsconfig.lib.json',
    'tsconfig.spec.json',
    'vitest.config.ts',
  ]);
  expect(readJson(tree, 'tsconfig.json')).toHaveProperty('references', [
    { path: './libs/domain' },
    { path: './libs/call-lists' },
  ]);
});

it('says in the README how to get it, which is not from the registry', async () => {
  const tree = workspace();
  await library(tree, OPTIONS);
  const readme = tree.read('libs/call-lists/README.md', 'utf8');
  expect(readme).toContain('[install it from a checkout](../../README.md#packages)');
  expect(readme).not.toContain('npm install');
});

it('tags an adapter as one', async () => {
  const tree = workspace();
  await library(tree, { ...OPTIONS, type: 'adapter' });
  expect(readJson(tree, 'libs/call-lists/package.json')).toMatchObject({
    nx: { tags: ['scope:call-lists', 'type:adapter'] },
  });
});

it('lists the keys of exports with the source condition first', async () => {
  const tree = workspace();
  await library(tree, OPTIONS);
  const manifest = readJson<{ exports: { '.': object } }>(tree, 'libs/call-lists/package.json');
  expect(Object.keys(manifest.exports['.'])).toEqual(['@cadenza/source', 'types', 'import']);
});

it('refuses a name that is malformed or taken', async () => {
  const tree = workspace();
  await expect(library(tree, { ...OPTIONS, name: 'Call lists' })).rejects.toThrow(/expected lower/);
  await library(tree, OPTIONS);
  await expect(library(tree, OPTIONS)).rejects.toThrow('libs/call-lists exists already');
});
