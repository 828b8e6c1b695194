import type { EnrollmentState } from '@cadenza/plan';
import type { World } from './world.ts';

/** Where an enrollment stands and what is ahead of it, all times in milliseconds after its time sent. */
export interface Standing {
  readonly state: EnrollmentState;
  readonly status: string;
  /** Live actions: key, type, and when they are due. */
  readonly actions: readonly string[];
  /**
   * Messages and their former attempts, with their statuses. Not those that were called back before
   * they began: they tell of the way here.
   */
  readonly messages: readonly string[];
  /** Why its address is suppressed. */
  readonly suppressed: readonly string[];
}

/** An enrollment whose first message was handed off. */
export interface Handed {
  readonly enrollmentId: string;
  readonly messageId: string;
  readonly address: string;
  /** Campaign time at which the hand-off began. */
  readonly sentAt: number;
}

/** The first messages of these enrollments, in their order. */
export async function firstMessages(
  world: World,
  enrollmentIds: readonly string[],
): Promise<Handed[]> {
  const found = await world.rows<Handed>(
    `SELECT m.enrollment_id AS "enrollmentId", m.id AS "messageId", m.to_address AS address,
       epoch_ms(m.begun_at) AS "sentAt"
     FROM outbound_messages m
     JOIN unnest(?::uuid[]) WITH ORDINALITY AS e(id, nth) ON e.id = m.enrollment_id
     WHERE m.node_id = 'first' AND m.begun_at IS NOT NULL ORDER BY e.nth`,
    enrollmentIds,
  );
  if (found.length !== enrollmentIds.length) throw new Error('not all were handed off');
  return found;
}

/** By enrollment. */
export async function standings(
  world: World,
  handed: readonly Handed[],
): Promise<Map<string, Standing>> {
  const found = await world.rows<Standing & { id: string }>(
    `SELECT c.id, c.state, c.status,
       ARRAY(SELECT a.dedupe_key || ' ' || a.type || ' @' || epoch_ms(a.due_at) - e.sent_at
         FROM scheduled_actions a WHERE a.tenant_id = c.tenant_id AND a.enrollment_id = c.id
           AND a.status IN ('pending', 'dispatched') ORDER BY 1) AS actions,
       ARRAY(SELECT m.node_id || ' ' || m.visit || ' ' || m.attempt || ' ' || m.status
         FROM outbound_messages m WHERE m.tenant_id = c.tenant_id AND m.enrollment_id = c.id
           AND m.status <> 'canceled'
         UNION ALL
         SELECT m.node_id || ' ' || m.visit || ' ' || f.attempt || ' was ' || f.status
         FROM outbound_messages m
         JOIN message_attempts f ON f.tenant_id = m.tenant_id AND f.message_id = m.id
         WHERE m.tenant_id = c.tenant_id AND m.enrollment_id = c.id ORDER BY 1) AS messages,
       ARRAY(SELECT s.reason FROM communication_suppressions s
         WHERE s.tenant_id = c.tenant_id AND s.value = e.address ORDER BY 1) AS suppressed
     FROM unnest(?::uuid[], ?::float8[], ?::text[]) AS e(id, sent_at, address)
     JOIN contact_campaigns c ON c.id = e.id`,
    handed.map(({ enrollmentId }) => enrollmentId),
    handed.map(({ sentAt }) => sentAt),
    handed.map(({ address }) => address),
  );
  const sentAt = new Map(handed.map((one) => [one.enrollmentId, one.sentAt]));
  return new Map(
    found.map(({ id, ...row }) => [
      id,
      { ...row, state: relative(row.state, sentAt.get(id) ?? Number.NaN) },
    ]),
  );
}

/** Whatever lies before the hand-off: the moment of the enrolment, which differs. */
const BEFORE = -1;
const TIMES = new Set(['at', 'enteredAt', 'sentAt', 'dueAt', 'clearedAt']);

function relative(state: EnrollmentState, sentAt: number): EnrollmentState {
  const text = JSON.stringify(state, (key, value: unknown) =>
    typeof value === 'number' && TIMES.has(key) ? Math.max(value - sentAt, BEFORE) : value,
  );
  return JSON.parse(text) as EnrollmentState;
}
