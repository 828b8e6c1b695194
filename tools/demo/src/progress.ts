import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '@cadenza/stack';
import { sql } from 'kysely';

/** Where a campaign stands at a moment. */
export interface Progress {
  /** Campaign time. */
  readonly now: Date;
  readonly people: number;
  readonly ended: number;
  /** People who wait for a message whose fate is not known. */
  readonly held: number;
  readonly sent: number;
  readonly events: number;
}

export async function readProgress(stack: Stack, campaignId: string): Promise<Progress> {
  const { rows } = await sql<Progress>`
    SELECT campaign_now() AS now, count(*) AS people,
      count(*) FILTER (WHERE c.status <> 'active') AS ended,
      count(*) FILTER (WHERE c.phase = 'handed_off' AND EXISTS (
        SELECT FROM outbound_messages m WHERE m.tenant_id = c.tenant_id
          AND m.enrollment_id = c.id AND m.status = 'unknown')) AS held,
      (SELECT count(*) FROM outbound_messages m
        WHERE m.campaign_id = ${campaignId} AND m.accepted_at IS NOT NULL) AS sent,
      (SELECT count(*) FROM message_events) AS events
    FROM contact_campaigns c WHERE c.campaign_id = ${campaignId}`.execute(stack.db);
  const [row] = rows;
  if (row === undefined) throw new Error('the campaign cannot be counted');
  return row;
}

export interface WaitOptions {
  /** Real milliseconds after which waiting ends all the same. */
  readonly timeoutMs: number;
  /** Real milliseconds between two looks. */
  readonly everyMs: number;
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Waits until everybody's campaign has ended, or waits for an operator's word.
 *
 * @returns whether it came to that in time.
 * @throws Error when the signal is aborted.
 */
export async function waitForEnd(
  stack: Stack,
  campaignId: string,
  options: WaitOptions,
): Promise<boolean> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const progress = await readProgress(stack, campaignId);
    options.signal?.throwIfAborted();
    await options.onProgress?.(progress);
    if (progress.ended + progress.held >= progress.people) return true;
    if (performance.now() > deadline) return false;
    await delay(options.everyMs, undefined, options.signal && { signal: options.signal });
  }
}
