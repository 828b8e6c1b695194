import { describe, expect, it } from 'vitest';
import { projects, ROOT, run } from './workspace.ts';

/** A module that makes Node take itself for an older one. */
const OLDER = 'data:text/javascript,Object.defineProperty(process,"version",{value:"v22.21.1"})';

describe.each(projects('apps'))('the entry file of $folder', ({ folder, manifest }) => {
  it('refuses an older Node in one line, before it loads anything that needs a newer one', async () => {
    const args = ['--conditions=@cadenza/source', `--import=${OLDER}`, `${folder}/src/main.ts`];
    expect(await run(process.execPath, args, { cwd: ROOT })).toEqual({
      code: 1,
      stdout: '',
      stderr: `Node v22.21.1 was found (${process.execPath}), expected Node 24 or newer: Cadenza does not run on older ones.\n`,
    });
  });

  it('belongs to a package that says so to npm', () => {
    expect(manifest.engines).toEqual({ node: '>=24' });
  });
});
