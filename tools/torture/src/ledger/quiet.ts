import type { World } from '../world/world.ts';
import { readAcceptances } from './read-ledger.ts';

/** What is still on its way. */
export interface Unsettled {
  /** Enrollments with a step ahead of them, a hand-off under way, or a look-up due. */
  readonly enrollments: number;
  /** Deliveries of webhooks that wait to be processed. */
  readonly deliveries: number;
  /** Messages held as unknown that the provider has accepted. */
  readonly unresolved: number;
}

const EVERY_MS = 500;

/**
 * Waits until nothing is on its way any more: everybody's campaign has ended, or waits for an
 * operator's word about a message that the provider does not have.
 *
 * @param patienceMs real milliseconds for which nothing may get less before it counts as stuck: a
 *   slow machine takes longer, and gets there.
 * @returns what is still on its way; nothing, if it came to rest.
 */
export async function settle(
  world: World,
  patienceMs: number,
  onLook: (unsettled: Unsettled) => Promise<void>,
): Promise<Unsettled> {
  let least = Number.POSITIVE_INFINITY;
  let until = performance.now() + patienceMs;
  for (;;) {
    const unsettled = await look(world);
    await onLook(unsettled);
    const count = unsettled.enrollments + unsettled.deliveries + unsettled.unresolved;
    if (count < least) until = performance.now() + patienceMs;
    least = Math.min(least, count);
    if (count === 0 || performance.now() > until) return unsettled;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

async function look(world: World): Promise<Unsettled> {
  const [row] = await world.sql.rows<{ enrollments: number; deliveries: number }>(`
    SELECT
      (SELECT count(*) FROM contact_campaigns c WHERE c.status = 'active' AND (
        EXISTS (SELECT FROM scheduled_actions a WHERE a.tenant_id = c.tenant_id
          AND a.enrollment_id = c.id AND a.status IN ('pending', 'dispatched'))
        OR EXISTS (SELECT FROM outbound_messages m WHERE m.tenant_id = c.tenant_id
          AND m.enrollment_id = c.id AND (m.status = 'dispatching' OR (m.status = 'unknown'
            AND m.look_up_at < clock_timestamp() + interval '30 seconds'))))) AS enrollments,
      (SELECT count(*) FROM webhook_deliveries WHERE status = 'received') AS deliveries`);
  const { enrollments = 0, deliveries = 0 } = row ?? {};
  // The ledger of everything is asked for at the end alone.
  if (enrollments + deliveries > 0) return { enrollments, deliveries, unresolved: 0 };
  const unknown = await world.sql.rows<{ id: string; attempt: number }>(
    `SELECT id, attempt FROM outbound_messages WHERE status = 'unknown'`,
  );
  const accepted = new Set(
    (await readAcceptances(world)).map(({ messageId, attempt }) => `${messageId} ${attempt}`),
  );
  return {
    enrollments,
    deliveries,
    unresolved: unknown.filter(({ id, attempt }) => accepted.has(`${id} ${attempt}`)).length,
  };
}
