import {
  createDatabaseClock,
  createEngineStore,
  dropQuarantined,
  inTenants,
  listQuarantined,
  quarantineEntry,
  recordAudit,
  recordPlatformAudit,
  retryInbound,
  type Database,
  type QuarantinedDelivery,
} from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { createPlanCache, replayDelivery, timerGraceMs } from '@cadenza/engine';
import type { Command } from 'commander';
import { sql } from 'kysely';
import { parseAny } from '../deliveries.ts';
import { countValue, idValue, textValue } from '../option-values.ts';
import { OPERATOR, withWorker } from '../owner.ts';
import { findTenant, listTenants } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

const LISTED = 100;

export function quarantineCommands(
  program: Command,
  { env }: Terminal,
  answering: Answering,
): void {
  const quarantine = program
    .command('quarantine')
    .description('deliveries that could not be used, or not all of them');

  answering<{ readonly tenant?: string; readonly limit: number }>(
    quarantine
      .command('list')
      .description('list what was put aside, the newest first')
      .option('--tenant <id or name>', 'of this tenant’s own account alone', textValue(200))
      .option('--limit <number>', 'how many at most', countValue, LISTED),
    ({ tenant, limit }) =>
      withWorker(env, async (db) => {
        const ownerId = tenant === undefined ? null : (await findTenant(db, tenant)).id;
        const { items: deliveries } = await asWorker(db, (trx) =>
          listQuarantined(trx, { ownerId }, { after: null, limit }),
        );
        return {
          data: { deliveries },
          text: table(
            ['id', 'kind', 'received', 'tenant', 'what', 'reason'],
            deliveries.map((one) => [
              one.id,
              one.kind,
              one.receivedAt.toISOString(),
              one.tenantId ?? '-',
              one.parts === null ? 'all' : `${one.parts} parts`,
              one.reason,
            ]),
          ),
        };
      }),
  );

  answering(
    ofDeliveries(quarantine, 'retry').description(
      'process deliveries again: what can be used now leaves quarantine',
    ),
    (_options, ids) =>
      withWorker(env, async (db) => {
        const found = await findQuarantined(db, ids);
        const events = found.filter(({ kind }) => kind === 'events');
        const inbound = found.filter(({ kind }) => kind === 'inbound');
        await processAgain(db, events);
        await asWorker(db, async (trx) => {
          await retryInbound(
            trx,
            inbound.map(({ id }) => id),
          );
          await audit(trx, found, 'retried');
        });
        const { items: left } = await asWorker(db, (trx) =>
          listQuarantined(
            trx,
            { ids: events.map(({ id }) => id) },
            { after: null, limit: ids.length },
          ),
        );
        return {
          data: { retried: found.length, stillAside: left },
          text: [
            ...left.map(({ id, reason }) => `${id}: still aside: ${reason}`),
            `${found.length} processed again, ${left.length} of them still aside` +
              (inbound.length === 0
                ? ''
                : `; ${inbound.length} mails are to be by the event-workers`),
          ].join('\n'),
          ok: left.length === 0,
        };
      }),
  );

  answering(
    ofDeliveries(quarantine, 'drop').description(
      'take deliveries out of quarantine without using them; what came is kept',
    ),
    (_options, ids) =>
      withWorker(env, async (db) => {
        const found = await findQuarantined(db, ids);
        await asWorker(db, async (trx) => {
          await dropQuarantined(trx, ids);
          await audit(trx, found, 'dropped');
        });
        return { data: { dropped: found.length }, text: `${found.length} dropped` };
      }),
  );
}

function ofDeliveries(quarantine: Command, name: string): Command {
  const delivery = idValue('a delivery');
  return quarantine
    .command(name)
    .argument('<deliveries...>', 'their ids', (text: string, before: string[] = []) => [
      ...before,
      delivery(text),
    ]);
}

type Bound = Parameters<Parameters<typeof inTenants>[2]>[0];

/** Works on everybody's deliveries, with the rights of the workers. */
async function asWorker<T>(db: Database, work: (trx: Bound) => Promise<T>): Promise<T> {
  const tenants = await listTenants(db);
  return inTenants(
    db,
    tenants.map(({ id }) => id),
    work,
  );
}

/** @throws Error where one of them is not in quarantine. */
async function findQuarantined(db: Database, ids: readonly Id[]): Promise<QuarantinedDelivery[]> {
  const { items: found } = await asWorker(db, (trx) =>
    listQuarantined(trx, { ids }, { after: null, limit: ids.length }),
  );
  const unknown = ids.find((id) => !found.some((one) => one.id === id));
  if (unknown === undefined) return [...found];
  throw new Error(
    `delivery ${unknown} is not in quarantine: expected the id of one, as cadenza quarantine list shows them`,
  );
}

async function processAgain(
  db: Database,
  deliveries: readonly QuarantinedDelivery[],
): Promise<void> {
  const clock = await createDatabaseClock(db, () => undefined);
  const store = createEngineStore(db);
  try {
    for (const { id, tenantId } of deliveries) {
      const delivery = await store.readDelivery({ id, tenantId });
      if (delivery === null) continue;
      await replayDelivery(
        delivery,
        { tenantId: null, dryRun: false },
        {
          store,
          plans: createPlanCache(),
          clock,
          graceMs: timerGraceMs(clock.rate),
          parse: parseAny,
        },
      );
    }
  } finally {
    clock.stop();
  }
}

/** Writes who did what: a tenant's into its own log, the platform's into that of the platform. */
async function audit(
  trx: Bound,
  deliveries: readonly QuarantinedDelivery[],
  action: 'retried' | 'dropped',
): Promise<void> {
  const entry = (one: QuarantinedDelivery) => quarantineEntry(one, action, OPERATOR);
  for (const one of deliveries) {
    if (one.tenantId !== null) await recordAudit(trx, one.tenantId, entry(one));
  }
  await sql`SET LOCAL ROLE cadenza_claimer`.execute(trx);
  for (const one of deliveries) {
    if (one.tenantId === null) await recordPlatformAudit(trx, entry(one));
  }
}
