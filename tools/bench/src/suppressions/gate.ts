import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase, createPool, engineTransaction, inTenants } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { timerGraceMs, type BeginRequest } from '@cadenza/engine';
import { DEFAULT_SOFT_BOUNCE_RETRY_MS } from '@cadenza/plan';
import { sql } from 'kysely';
import { startCampaigns, type Pipeline } from '../send/pipeline.ts';

/** How the gate looked for suppressions, by the server's own counters. */
export interface GateScans {
  /** Look-ups in the index of the list's key. */
  readonly byKey: number;
  /** Walks through the whole list. */
  readonly whole: number;
}

export interface Gate {
  /** Begins the same hand-offs, and takes that back. @returns milliseconds of the statement. */
  run(): Promise<number>;
  /** Since the gate was opened. */
  scans(): Promise<GateScans>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Makes so many first mails due, and their slots open, so that they can begin again and again. */
export async function openGate(pipeline: Pipeline, size: number): Promise<Gate> {
  const campaigns = await pipeline.audience.enrol(size);
  await startCampaigns(pipeline.db, campaigns);
  const { rows: sends } = await sql<{
    tenant_id: string;
    id: string;
    address: string;
    now: number;
  }>`
    WITH due AS (
      UPDATE scheduled_actions a
      SET status = 'dispatched', dispatch_no = 1, lease_until = now() + interval '1 day'
      WHERE a.campaign_id = ANY (${campaigns}::uuid[]) AND a.type = 'send'
      RETURNING a.tenant_id, a.id, a.message_id)
    SELECT due.tenant_id, due.id, h.address, epoch_ms(campaign_now()) AS now
    FROM due
    JOIN outbound_messages m ON m.tenant_id = due.tenant_id AND m.id = due.message_id
    JOIN contact_channels h ON h.tenant_id = m.tenant_id AND h.contact_id = m.contact_id
      AND h.channel = 'email'`.execute(pipeline.db);
  if (sends.length !== size) throw new Error(`${sends.length} of ${size} mails are due`);
  await sql`VACUUM (ANALYZE)`.execute(pipeline.db);
  const requests = sends.map((send): BeginRequest => ({
    tenantId: send.tenant_id,
    actionId: send.id,
    dispatch: 1,
    token: newId(),
    deadlineMs: HOUR_MS,
    slotStart: send.now - HOUR_MS,
    slotEnd: send.now + 24 * HOUR_MS,
    toAddress: send.address,
    subject: 'Hello',
    probe: false,
    settings: {
      timezone: null,
      graceMs: timerGraceMs(1),
      softBounceRetryMs: DEFAULT_SOFT_BOUNCE_RETRY_MS,
    },
  }));
  const tenants = [...new Set(requests.map(({ tenantId }) => tenantId))];
  const worker = createDatabase(createPool({ url: pipeline.database.workerUrl, poolSize: 1 }));
  const before = await readScans(pipeline);

  return {
    async run() {
      const measured: { ms?: number } = {};
      const back = new Error('taken back');
      await inTenants(worker, tenants, async (trx) => {
        const begun = performance.now();
        const handOffs = await engineTransaction(trx).beginHandOffs(requests);
        measured.ms = performance.now() - begun;
        if (handOffs.length !== size) throw new Error(`${handOffs.length} of ${size} have begun`);
        throw back;
      }).catch((error: unknown) => {
        if (error !== back) throw error;
      });
      return measured.ms ?? 0;
    },
    async scans() {
      await worker.destroy();
      await sessionsEnded(pipeline);
      const after = await readScans(pipeline);
      return { byKey: after.byKey - before.byKey, whole: after.whole - before.whole };
    },
    close: () => worker.destroy(),
  };
}

const POLL_MS = 20;

/** A session's counters have reached the server's when it has ended. */
async function sessionsEnded({ db, database }: Pipeline): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      SELECT FROM pg_stat_activity
      WHERE usename = ${new URL(database.workerUrl).username}`.execute(db);
    if (rows.length === 0) return;
    await delay(POLL_MS);
  }
}

async function readScans({ db }: Pick<Pipeline, 'db'>): Promise<GateScans> {
  const { rows } = await sql<{ by_key: number; whole: number }>`
    SELECT i.idx_scan::float8 AS by_key, t.seq_scan::float8 AS whole
    FROM pg_stat_user_tables t
    JOIN pg_stat_user_indexes i ON i.relid = t.relid
      AND i.indexrelname = 'communication_suppressions_channel_kind_value_tenant_id_key'
    WHERE t.relname = 'communication_suppressions'`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the index of the list’s key has another name');
  return { byKey: row.by_key, whole: row.whole };
}
