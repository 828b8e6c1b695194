import { sql } from 'kysely';
import { percentile } from '../measure/figures.ts';
import { allSent, startCampaigns, type Pipeline } from './pipeline.ts';
import type { Servers } from './servers.ts';

export interface LagReading {
  readonly messages: number;
  readonly perSecond: number;
  /** Milliseconds from the time due to the begin of the hand-off. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/**
 * Campaign milliseconds before the first one is due: by then the rows are tidied up, and the
 * dispatcher has slots planned.
 */
const AHEAD_MS = 8_000;

/** Has so many messages become due at an even rate, and reads how late their hand-offs began. */
export async function measureLag(
  pipeline: Pipeline,
  servers: Servers,
  load: { readonly messages: number; readonly perSecond: number },
): Promise<LagReading> {
  const { db } = pipeline;
  const apps = await pipeline.start(['send-worker', 'event-worker']);
  try {
    // As in a round: this is not about the first messages of a process. The campaign is a new one.
    await sendEvenly(pipeline, servers, { ...load, messages: Math.ceil(load.messages / 4) });
    const campaigns = await sendEvenly(pipeline, servers, load);
    const { rows } = await sql<{ lag: number }>`
      SELECT epoch_ms(m.begun_at) - epoch_ms(a.run_at) AS lag
      FROM outbound_messages m
      JOIN scheduled_actions a ON a.tenant_id = m.tenant_id AND a.message_id = m.id
      WHERE m.campaign_id = ANY (${campaigns}::uuid[])`.execute(db);
    const lags = rows.map(({ lag }) => lag);
    return {
      ...load,
      p50: percentile(lags, 0.5),
      p99: percentile(lags, 0.99),
      longest: percentile(lags, 1),
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
