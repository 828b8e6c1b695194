import type { Stack } from '@cadenza/stack';
import { sql } from 'kysely';

/** People who wait for the same thing. */
export interface Waiting {
  readonly people: number;
  readonly phase: string;
  readonly node: string | null;
  /** What comes next for them, such as `send, dispatched`; null where nothing is scheduled. */
  readonly awaits: string | null;
  /** When the first of them is due, campaign time. */
  readonly firstDue: Date | null;
}

/** What keeps a campaign from its end. Times are the campaign's. */
export interface OpenWork {
  readonly now: Date;
  /** The most people first. */
  readonly waiting: readonly Waiting[];
  /** Hand-offs under way or of unknown fate, by status. */
  readonly underWay: readonly { readonly status: string; readonly messages: number }[];
  /** Webhook deliveries that nobody has processed. */
  readonly deliveries: number;
  /** What holds everybody up, a sentence each. */
  readonly obstacles: readonly string[];
}

/** Reads, as the owner of the database, what a campaign that has not ended waits for. */
export async function readOpenWork(stack: Stack, campaignId: string): Promise<OpenWork> {
  const { db } = stack;
  const waiting = await sql<Waiting>`
    SELECT count(*) AS people, c.phase, c.node_id AS node, next.awaits,
      min(next.run_at) AS "firstDue"
    FROM contact_campaigns c
    LEFT JOIN LATERAL (
      SELECT concat_ws(', ', coalesce(a.timer, a.type), a.status) AS awaits, a.run_at
      FROM scheduled_actions a
      WHERE a.tenant_id = c.tenant_id AND a.enrollment_id = c.id
        AND a.status IN ('pending', 'dispatched')
      ORDER BY a.run_at LIMIT 1) next ON true
    WHERE c.campaign_id = ${campaignId} AND c.status = 'active'
    GROUP BY c.phase, c.node_id, next.awaits
    ORDER BY 1 DESC, 2, 3, 4`.execute(db);
  const underWay = await sql<OpenWork['underWay'][number]>`
    SELECT status, count(*) AS messages FROM outbound_messages
    WHERE campaign_id = ${campaignId} AND status IN ('dispatching', 'unknown')
    GROUP BY status ORDER BY status`.execute(db);
  const state = await sql<State>`
    SELECT campaign_now() AS now, c.status, c.pause_reason AS reason,
      t.status AS tenant, t.pause_reason AS "tenantReason",
      i.pause_reason AS "senderReason",
      (SELECT max(h.held_until) FROM provider_holds h
        WHERE h.channel IN ('email', 'shared') AND h.held_until > campaign_now()) AS "heldUntil",
      (SELECT min(l.visit_at) FROM dispatch_lanes l
        WHERE l.tenant_id = c.tenant_id AND l.campaign_id = c.id
          AND isfinite(l.visit_at)) AS "nextVisit",
      (SELECT count(*) FROM webhook_deliveries w WHERE w.status = 'received') AS deliveries
    FROM campaigns c
    JOIN tenants t ON t.id = c.tenant_id
    JOIN email_sender_identities i ON i.tenant_id = c.tenant_id AND i.id = c.sender_identity_id
    WHERE c.id = ${campaignId}`.execute(db);
  const [row] = state.rows;
  if (row === undefined) throw new Error('the campaign is not to be found');
  return {
    now: row.now,
    waiting: waiting.rows,
    underWay: underWay.rows,
    deliveries: row.deliveries,
    obstacles: [
      ...endedPrograms(stack).map((name) => `The program ${name} has ended.`),
      ...obstacles(row),
      ...limiterObstacle(await stack.limiterState()),
    ],
  };
}

interface State {
  readonly now: Date;
  readonly status: string;
  readonly reason: string | null;
  readonly tenant: string;
  readonly tenantReason: string | null;
  readonly senderReason: string | null;
  readonly heldUntil: Date | null;
  readonly nextVisit: Date | null;
  readonly deliveries: number;
}

function obstacles(state: State): string[] {
  const { reason, tenantReason, senderReason, heldUntil, nextVisit } = state;
  return [
    ...(state.status === 'running'
      ? []
      : [`The campaign is ${state.status}: ${reason ?? 'without a reason'}.`]),
    ...(state.tenant === 'active'
      ? []
      : [`The tenant is ${state.tenant}: ${tenantReason ?? 'without a reason'}.`]),
    ...(senderReason === null ? [] : [`The sender is paused: ${senderReason}.`]),
    ...(heldUntil === null
      ? []
      : [`Nothing is sent before ${heldUntil.toISOString()}: the provider asked for patience.`]),
    ...(nextVisit === null || nextVisit <= state.now
      ? []
      : [`The limits or the plan let no message leave before ${nextVisit.toISOString()}.`]),
  ];
}

function limiterObstacle(state: Awaited<ReturnType<Stack['limiterState']>>): string[] {
  if (state === 'open') return [];
  return [state === 'closed' ? 'The limiter is closed.' : 'The limiter does not answer.'];
}

function endedPrograms({ emulator, api, sendWorkers, eventWorker }: Stack): string[] {
  return [emulator, api, ...sendWorkers, eventWorker]
    .filter(({ pid }) => pid === undefined)
    .map(({ name }) => name);
}
