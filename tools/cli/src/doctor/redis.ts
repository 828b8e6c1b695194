import { Redis } from 'ioredis';
import { fail, ok, warn, type Finding } from './finding.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const OLDEST_MAJOR = 7;

/** Whether a Redis answers, and keeps what it is given. */
export async function redisFindings(url: string): Promise<Finding[]> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let reason = 'no answer';
  redis.on('error', (error: Error) => {
    reason = error.message;
  });
  try {
    await redis.connect();
    return judgeRedis(await redis.info());
  } catch (error) {
    const said = error instanceof Error && error.message !== 'Connection is closed.';
    return [
      fail(
        'redis.reachable',
        said ? error.message : reason,
        'Look at REDIS_URL, and whether Redis runs. Nothing is lost without it, and nothing is sent.',
      ),
    ];
  } finally {
    redis.disconnect();
  }
}

/** @param info what the command INFO answers. */
export function judgeRedis(info: string): Finding[] {
  const values = new Map(
    info.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  const of = (name: string) => values.get(name) ?? 'unknown';
  return [
    versionFinding(of('redis_version')),
    evictionFinding(of('maxmemory_policy')),
    appendOnlyFinding(of('aof_enabled')),
  ];
}

function versionFinding(version: string): Finding {
  const check = 'redis.version';
  return Number.parseInt(version, 10) >= OLDEST_MAJOR
    ? ok(check, `Redis ${version}`)
    : fail(check, `Redis ${version}`, `Use Redis ${OLDEST_MAJOR} or newer.`);
}

function evictionFinding(policy: string): Finding {
  const check = 'redis.eviction';
  const found = `maxmemory-policy is ${policy}`;
  return policy === 'noeviction'
    ? ok(check, found)
    : fail(
        check,
        found,
        'Set maxmemory-policy noeviction in redis.conf, and with CONFIG SET: another one throws away jobs, and counts of limits, when memory is short.',
      );
}

function appendOnlyFinding(enabled: string): Finding {
  const check = 'redis.append_only';
  return enabled === '1'
    ? ok(check, 'appendonly is on')
    : warn(
        check,
        'appendonly is off: after a restart of Redis nothing is sent until the limiter is rebuilt',
        'Set appendonly yes in redis.conf, and with CONFIG SET.',
      );
}
