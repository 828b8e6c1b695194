import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './spawn.mjs';

const executable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => executable(join(directory, name)));

/** Where the Redis suites find their server, in the order in which they look. */
export function redisSource() {
  if (process.env.REDIS_URL) return 'REDIS_URL';
  if (onPath('redis-server')) return 'redis-server';
  return 'none';
}

/** Installs redis-server where that needs no question: as root on Debian, with nothing else. */
export async function ensureRedis() {
  if (redisSource() !== 'none') return;
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!canInstall || !onPath('apt-get')) {
    console.warn('cadenza: no Redis for the Redis suites: set REDIS_URL or install redis-server');
    return;
  }
  console.log('cadenza: installing redis-server with apt-get, for the Redis suites');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'];
  const done =
    (await run('apt-get', ['update', '-qq'], quiet)) === 0 &&
    (await run('apt-get', install, quiet)) === 0;
  if (!done) console.warn('cadenza: apt-get could not install redis-server');
}

// As a program it prints the source, which is an input of every cached test run: a run whose
// Redis suites were left out does not stand for one in which they could run.
if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(redisSource());
