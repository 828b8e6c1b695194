import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './spawn.mjs';

const executable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

export const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => executable(join(directory, name)));

/** Whether a package can be installed where that needs no question: as root on Debian. */
export const canInstall = () =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get');

/** Installs a package with nothing else, and says so. */
export async function aptInstall(name, purpose) {
  console.log(`cadenza: installing ${name} with apt-get, for ${purpose}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  const install = ['install', '-y', '-qq', '--no-install-recommends', name];
  const done =
    (await run('apt-get', ['update', '-qq'], quiet)) === 0 &&
    (await run('apt-get', install, quiet)) === 0;
  if (!done) console.warn(`cadenza: apt-get could not install ${name}`);
}
