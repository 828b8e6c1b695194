import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const PORT_ATTEMPTS = 5;

/** A Redis to test against, or the reason why there is none. */
export type RedisServer = AvailableRedis | UnavailableRedis;

export interface AvailableRedis {
  readonly available: true;
  readonly url: string;
  readonly port: number;
  /** Process id of a server of our own; null for one that the environment names. */
  readonly pid: number | null;
  /** Ends a server of our own at once, as a crash would; leaves another's alone. */
  kill(): Promise<void>;
  /** Ends a server of our own; leaves another's alone. */
  stop(): Promise<void>;
}

export interface UnavailableRedis {
  readonly available: false;
  /** What was tried, and why it did not serve. */
  readonly reason: string;
}

export interface RedisOptions {
  /** Start a server of our own even where `REDIS_URL` names one: to kill it, or to empty it. */
  readonly own?: boolean;
  /** TCP port of a server of our own; a free one by default. */
  readonly port?: number;
  /** Folder in which a server of our own keeps an append-only file between starts. */
  readonly dataDir?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A Redis for tests: the one of `REDIS_URL`, else `redis-server` of the PATH, which root installs
 * by apt where it is missing. A server of our own keeps nothing on disk unless it is given a folder,
 * and ends with this process, however that ends.
 */
export async function startRedisServer(options: RedisOptions = {}): Promise<RedisServer> {
  const { own = false, env = process.env } = options;
  if (env.REDIS_URL !== undefined && env.REDIS_URL !== '' && !own) {
    const leave = () => Promise.resolve();
    const port = Number(new URL(env.REDIS_URL).port || 6379);
    return { available: true, url: env.REDIS_URL, port, pid: null, kill: leave, stop: leave };
  }
  const missing = await findOrInstall(env);
  if (missing !== null) return { available: false, reason: missing };

  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const started = await launch(port, options.dataDir ?? null, env);
    if (typeof started !== 'string') return started;
    const taken = started.includes('Address already in use');
    if (!taken || options.port !== undefined || attempt === PORT_ATTEMPTS) {
      return { available: false, reason: `redis-server on port ${port}: ${started}` };
    }
  }
}

/** Null when `redis-server` can be run, else what is missing. */
async function findOrInstall(env: NodeJS.ProcessEnv): Promise<string | null> {
  const works = () =>
    run('redis-server', ['--version'], { env }).then(
      () => true,
      () => false,
    );
  if (await works()) return null;
  const missing = 'REDIS_URL is not set and redis-server is not on the PATH';
  if (process.getuid?.() !== 0) return `${missing}; only root can install it by apt-get`;
  try {
    // The lock serves several test runs that start at once on a fresh machine.
    const lock = path.join(tmpdir(), 'apt.lock');
    await run('flock', [lock, 'apt-get', 'install', '-y', 'redis-server'], {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    const said = error instanceof Error ? error.message.trim() : String(error);
    return `${missing}; installing it failed: ${said}`;
  }
  return (await works()) ? null : `${missing}; installing it did not help`;
}

/**
 * Runs the server under a shell that waits for the end of its own standard input, which comes when
 * this process stops it and also when this process is gone.
 */
const UNDER_A_PIPE = `
dir=$1
shift
redis-server --dir "$dir" "$@" </dev/null &
server=$!
echo "pid $server"
cat >/dev/null
kill -9 $server 2>/dev/null
wait $server
rmdir "$dir" 2>/dev/null
`;

async function launch(
  port: number,
  dataDir: string | null,
  env: NodeJS.ProcessEnv,
): Promise<AvailableRedis | string> {
  const dir = dataDir ?? (await mkdtemp(path.join(tmpdir(), 'cadenza-redis-')));
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--maxmemory-policy', 'noeviction'],
    ...['--save', '', '--appendonly', dataDir === null ? 'no' : 'yes'],
  ];
  const shell = spawn('sh', ['-c', UNDER_A_PIPE, 'redis', dir, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = once(shell, 'close');
  const lines: string[] = [];
  let pid = 0;
  const ready = await new Promise<boolean>((resolve) => {
    createInterface({ input: shell.stdout }).on('line', (line) => {
      lines.push(line);
      const named = /^pid (\d+)$/.exec(line);
      if (named) pid = Number(named[1]);
      if (line.includes('Ready to accept connections')) resolve(true);
      if (/Failed listening|Fatal|Bad directive/.test(line)) resolve(false);
    });
    void ended.then(() => resolve(false));
  });

  const stop = async () => {
    // Whoever waits for its end wants to see it.
    shell.ref();
    shell.stdin.end();
    await ended;
  };
  if (!ready) {
    await stop();
    return lines.slice(-5).join('\n');
  }
  // A forgotten server must not keep the tests' process alive.
  shell.unref();
  const url = `redis://127.0.0.1:${port}`;
  return { available: true, url, port, pid, kill: stop, stop };
}
