import { createDatabaseClock, createEngineStore, type Database } from '@cadenza/database';
import {
  createPlanCache,
  replayDeliveries,
  timerGraceMs,
  type ReplayedDeliveries,
  type ReplayRequest,
} from '@cadenza/engine';
import type { Command } from 'commander';
import { sql } from 'kysely';
import { parseAny } from '../deliveries.ts';
import { instantValue, textValue } from '../option-values.ts';
import { withWorker } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import type { Answer, Answering, Terminal } from '../terminal.ts';

interface ReplayOptions {
  readonly from?: number;
  readonly to?: number;
  readonly tenant?: string;
  readonly quarantined?: true;
  readonly dryRun?: true;
  readonly inbound?: true;
}

export function replayCommand(program: Command, { env }: Terminal, answering: Answering): void {
  answering<ReplayOptions>(
    program
      .command('replay')
      .description(
        'process stored deliveries of events, or of inbound mail, again: what is missing comes back',
      )
      .option('--from <moment>', 'received then or later', instantValue)
      .option('--to <moment>', 'received before then', instantValue)
      .option('--tenant <id or name>', 'events of this tenant alone', textValue(200))
      .option('--quarantined', 'deliveries in quarantine, and those with events there')
      .option('--inbound', 'inbound mail, which the event-workers then process, and no events')
      .option('--dry-run', 'change nothing, and count what would be done'),
    (
      { from = null, to = null, tenant, quarantined = false, dryRun = false, inbound = false },
      _args,
      { progress },
    ) =>
      withWorker(env, async (db) => {
        const tenantId = tenant === undefined ? null : (await findTenant(db, tenant)).id;
        if (inbound) {
          const request = { from, to, tenantId, quarantined, dryRun };
          const mails = await createEngineStore(db).replayInbound(request);
          return {
            data: { mails, dryRun },
            text: `${mails} mails${dryRun ? ', nothing changed' : ' are to be processed again'}`,
          };
        }
        const clock = await createDatabaseClock(db, () => undefined);
        try {
          const total = { ...NOTHING };
          const shown = await progress('deliveries', () =>
            countDeliveries(db, { from, to, quarantined }),
          );
          const pages = replayDeliveries(
            { from, to, tenantId, quarantined, dryRun },
            {
              store: createEngineStore(db),
              plans: createPlanCache(),
              clock,
              graceMs: timerGraceMs(clock.rate),
              parse: parseAny,
            },
          );
          for await (const page of pages) {
            for (const of of COUNTED) total[of] += page[of];
            shown.advance(page.deliveries);
          }
          return answerOf(total, dryRun);
        } finally {
          clock.stop();
        }
      }),
  );
}

/** More than any installation has. */
const ALL = 2_147_483_647;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

async function countDeliveries(
  db: Database,
  { from, to, quarantined }: Pick<ReplayRequest, 'from' | 'to' | 'quarantined'>,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::integer AS n FROM stored_deliveries(
      coalesce(from_epoch_ms(${from}), '-infinity'), ${FIRST_ID}::uuid,
      coalesce(from_epoch_ms(${to}), 'infinity'), ${quarantined}, ${ALL})`.execute(db);
  return rows[0]?.n ?? 0;
}

const NOTHING: ReplayedDeliveries = {
  deliveries: 0,
  recorded: 0,
  duplicates: 0,
  inputs: 0,
  quarantined: 0,
  skipped: 0,
};
const COUNTED = [
  'deliveries',
  'recorded',
  'duplicates',
  'inputs',
  'quarantined',
  'skipped',
] as const satisfies readonly (keyof ReplayedDeliveries)[];

function answerOf(total: ReplayedDeliveries, dryRun: boolean): Answer {
  const { deliveries, recorded, duplicates, inputs, quarantined, skipped } = total;
  return {
    data: { ...total, dryRun },
    text:
      `${deliveries} deliveries${dryRun ? ', nothing changed' : ''}: ${recorded} events recorded, ` +
      `${duplicates} had been before, ${inputs} inputs added, ${quarantined} in quarantine, ` +
      `${skipped} skipped`,
  };
}
