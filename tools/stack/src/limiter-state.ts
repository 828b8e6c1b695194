import { createDatabaseClock, readInstallationId, type Database } from '@cadenza/database';
import { openLimiter } from '@cadenza/runtime';

/** Real milliseconds after which a limiter that does not answer is taken to be away. */
const PATIENCE_MS = 5_000;

/**
 * Asks the limiter that the workers share.
 *
 * @returns `closed` refuses every message until it has been rebuilt from the hand-offs.
 */
export async function limiterState(
  db: Database,
  servers: { readonly workerUrl: string; readonly redisUrl: string | null },
): Promise<'open' | 'closed' | 'away'> {
  const clock = await createDatabaseClock(db, () => undefined);
  const limiter = openLimiter(
    {
      databaseUrl: servers.workerUrl,
      redisUrl: servers.redisUrl,
      appName: 'cadenza-stack',
      log: { warn: () => undefined, error: () => undefined },
    },
    { clock, installationId: await readInstallationId(db) },
  );
  let timer: NodeJS.Timeout | undefined;
  const away = new Promise<'away'>((resolve) => {
    timer = setTimeout(() => resolve('away'), PATIENCE_MS);
  });
  const asked = limiter.ready().then(
    (ready) => (ready ? 'open' : 'closed'),
    () => 'away' as const,
  );
  try {
    return await Promise.race([asked, away]);
  } finally {
    clearTimeout(timer);
    clock.stop();
    await limiter.close();
  }
}
