import { sql } from 'kysely';
import { percentile } from '../measure/figures.ts';
import { allSent, startCampaigns, type Pipeline } from './pipeline.ts';
import type { Servers } from './servers.ts';

export interface LagReading {
  /** Those that were measured: they came after the ones of `first`. */
  readonly messages: number;
  readonly perSecond: number;
  /** Milliseconds from the time due to the begin of the hand-off. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** The same of the first messages of a new campaign, while caches and compiled code are cold. */
  readonly first: { readonly messages: number; readonly p99: number; readonly longest: number };
}

/**
 * Campaign milliseconds before the first one is due: by then the rows are tidied up, and the
 * dispatcher has slots planned.
 */
const AHEAD_MS = 8_000;
/**
 * Messages that are sent before them, for each of them. They are due in no order of the tables, so
 * that it takes many until each connection has met most pages.
 */
const FIRST = 0.5;

/** Has so many messages become due at an even rate, and reads how late their hand-offs began. */
export async function measureLag(
  pipeline: Pipeline,
  servers: Servers,
  load: { readonly messages: number; readonly perSecond: number },
): Promise<LagReading> {
  const { db } = pipeline;
  const first = Math.ceil(load.messages * FIRST);
  const apps = await pipeline.start(['send-worker', 'event-worker']);
  try {
    const campaigns = await sendEvenly(pipeline, servers, {
      ...load,
      messages: first + load.messages,
    });
    const { rows } = await sql<{ lag: number }>`
      SELECT epoch_ms(m.begun_at) - epoch_ms(a.run_at) AS lag
      FROM outbound_messages m
      JOIN scheduled_actions a ON a.tenant_id = m.tenant_id AND a.message_id = m.id
      WHERE m.campaign_id = ANY (${campaigns}::uuid[])
      ORDER BY a.run_at`.execute(db);
    const lags = rows.map(({ lag }) => lag);
    const [before, measured] = [lags.slice(0, first), lags.slice(first)];
    return {
      ...load,
      p50: percentile(measured, 0.5),
      p99: percentile(measured, 0.99),
      longest: percentile(measured, 1),
      first: {
        messages: first,
        p99: percentile(before, 0.99),
        longest: percentile(before, 1),
      },
    };
  } finally {
    await apps.stop();
  }
}

async function sendEvenly(
  { db, audience }: Pipeline,
  servers: Servers,
  load: { readonly messages: number; readonly perSecond: number },
): Promise<readonly string[]> {
  const campaigns = await audience.enrol(load.messages);
  const target = (await servers.accepted()) + load.messages;
  await sql`
    WITH turn AS (
      SELECT a.tenant_id, a.id,
        campaign_now() + ${AHEAD_MS}::double precision * interval '1 millisecond'
          + row_number() OVER (ORDER BY md5(a.id::text))
            * (1000 / ${load.perSecond}::double precision) * interval '1 millisecond' AS at
      FROM scheduled_actions a
      WHERE a.campaign_id = ANY (${campaigns}::uuid[]) AND a.type = 'send')
    UPDATE scheduled_actions a SET due_at = turn.at, run_at = turn.at
    FROM turn WHERE a.tenant_id = turn.tenant_id AND a.id = turn.id`.execute(db);
  // No campaign writes all its actions twice before it begins: what is left of the first writing is
  // the bench's own, and would be read by whoever looks for due ones.
  await sql`VACUUM ANALYZE scheduled_actions`.execute(db);
  await startCampaigns(db, campaigns);
  await allSent({ db }, servers, campaigns, target);
  return campaigns;
}
