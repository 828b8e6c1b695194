import type { ClockSetting } from '@cadenza/domain';

/** Begins the names of the queues' keys: several installations may share a Redis. */
export function queuePrefix(installationId: string): string {
  return `cadenza:${installationId}`;
}

/**
 * Begins the names of the limiter's keys. The times in them belong to one setting of the clock: with
 * another they may lie years ahead, and refuse everything until then. So a clock that is set begins
 * with an empty limiter, which is closed until it has been rebuilt.
 */
export function limiterPrefix(installationId: string, clock: ClockSetting): string {
  const { realBase, campaignBase, rate } = clock;
  return `${queuePrefix(installationId)}:limiter:${realBase}:${campaignBase}:${rate}`;
}
