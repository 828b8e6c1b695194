import type { ProviderEvent } from '@cadenza/domain';
import {
  processDeliveries,
  replayDeliveries,
  type DeliveryRef,
  type ParsedDelivery,
} from '@cadenza/engine';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants, migrateDown, migrateUp } from '../src/index.ts';
import { MIGRATIONS } from '../src/migrations/index.ts';
import { fireTimers, providerEvent, sent, stored, type Enrolled } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

const HOUR = 3_600_000;

let world: World;
const bodies = new Map<string, ParsedDelivery>();
const parse = (payload: Buffer): ParsedDelivery =>
  bodies.get(payload.toString()) ?? { ok: false, reason: 'unknown bytes' };

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

async function stow(events: readonly ProviderEvent[]): Promise<DeliveryRef> {
  const payload = Buffer.from(`delivery ${bodies.size}`);
  bodies.set(payload.toString(), {
    ok: true,
    events: events.map((event, position) => ({ position, event })),
    rejected: [],
  });
  return stored(world, payload);
}

const process = (refs: readonly DeliveryRef[]) => processDeliveries(refs, { ...world, parse });

async function replay(): Promise<void> {
  const request = { from: null, to: null, tenantId: null, quarantined: false, dryRun: false };
  const pages = replayDeliveries(request, { ...world, parse });
  for await (const page of pages) expect(page.recorded).toBe(0);
}

/** What the roll-ups say, and what counting everything that is recorded says. */
async function counts() {
  const columns = `tenant_id, campaign_id, node_id, variant, hour, type, actor, count::integer`;
  const hour = (column: string) => `date_trunc('hour', ${column}, 'UTC')`;
  return {
    rolledUp: await world.rows(`SELECT ${columns} FROM event_rollups ORDER BY 1, 2, 3, 5, 6, 7`),
    counted: await world.rows(`
      SELECT tenant_id, campaign_id, node_id, '' AS variant, hour, type, actor,
        count(*)::integer AS count
      FROM (
        SELECT m.tenant_id, m.campaign_id, m.node_id, ${hour('e.occurred_at')} AS hour, e.type,
          e.actor
        FROM message_events e JOIN outbound_messages m USING (tenant_id)
        WHERE m.id = e.message_id
        UNION ALL
        SELECT tenant_id, campaign_id, node_id, ${hour('begun_at')}, 'sent', 'unknown'
        FROM outbound_messages WHERE accepted_at IS NOT NULL) happened
      GROUP BY 1, 2, 3, 5, 6, 7 ORDER BY 1, 2, 3, 5, 6, 7`),
  };
}

async function expectExact(): Promise<void> {
  const { rolledUp, counted } = await counts();
  expect(rolledUp).toEqual(counted);
  expect(counted).not.toEqual([]);
}

/** Whole numbers below a bound, the same ones for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return (state >>> 8) % below;
  };
}

describe('roll-ups', () => {
  test.each([1, 2, 3])(
    'are what counting all events says, whatever comes twice and at once (%i)',
    async (seed) => {
      const roll = dice(seed);
      const tenants = [await world.createTenant(), await world.createTenant()];
      const mails: Enrolled[] = [];
      for (const tenant of tenants) {
        for (let n = 0; n < 3; n += 1) mails.push(await sent(world, tenant));
      }
      const now = world.clock.now();
      const pool = mails.flatMap((mail) =>
        Array.from({ length: 12 }, (): ProviderEvent => {
          const at = now + roll(4) * HOUR + roll(1_000) * 1_000;
          const stranger = { ...mail, messageId: mail.contactId };
          if (roll(8) === 0) return providerEvent(world, stranger, 'opened', { at });
          const type = (['deferred', 'delivered', 'opened', 'clicked'] as const)[roll(4)];
          const actor = (['human', 'machine', 'unknown'] as const)[roll(3)];
          return providerEvent(world, mail, type ?? 'opened', { at, actor: actor ?? 'unknown' });
        }),
      );
      const refs: DeliveryRef[] = [];
      for (let n = 0; n < 12; n += 1) {
        const events = Array.from({ length: 1 + roll(12) }, () => pool[roll(pool.length)]);
        refs.push(await stow(events.filter((event) => event !== undefined)));
      }

      const outcomes = await Promise.all([
        process(refs.slice(0, 5)),
        process(refs.slice(3, 9)),
        world.store.foldEventRollUps(3),
        ...refs.slice(6).map((ref) => process([ref])),
        world.store.foldEventRollUps(1_000),
      ]);

      expect(outcomes.flat().filter((one) => typeof one === 'object' && !one.ok)).toEqual([]);
      await expectExact();
      const ids = mails.map(({ enrollmentId }) => enrollmentId);
      await Promise.all([
        fireTimers(world, ids, 2),
        replay(),
        world.store.foldEventRollUps(1_000),
        world.store.foldEventRollUps(1_000),
      ]);
      await expectExact();
    },
  );

  test('are folded part by part, and the same before and after', async () => {
    const mail = await sent(world);
    const hours = [0, 1, 2].map((n) => world.clock.now() + n * HOUR);
    await process([await stow(hours.map((at) => providerEvent(world, mail, 'opened', { at })))]);
    await world.store.foldEventRollUps(1_000);
    const before = await counts();
    await process([await stow(hours.map((at) => providerEvent(world, mail, 'clicked', { at })))]);

    expect(await world.store.foldEventRollUps(2)).toBe(2);
    await expectExact();
    expect(await world.store.foldEventRollUps(2)).toBe(1);
    expect(await world.store.foldEventRollUps(2)).toBe(0);

    await expectExact();
    expect(await world.rows('SELECT FROM event_rollup_deltas')).toEqual([]);
    expect((await counts()).rolledUp).toHaveLength(before.rolledUp.length + 3);
  });

  test('count no event that was put aside', async () => {
    const mail = await sent(world);
    const before = await counts();
    const stranger = { ...mail, messageId: mail.contactId };

    const [outcome] = await process([await stow([providerEvent(world, stranger, 'opened')])]);

    expect(outcome).toMatchObject({ ok: true, result: { recorded: 0, quarantined: 1 } });
    expect(await counts()).toEqual(before);
  });

  test('show each tenant its own', async () => {
    const [mine, theirs] = [await sent(world), await sent(world)];
    for (const mail of [mine, theirs]) {
      await process([await stow([providerEvent(world, mail, 'opened')])]);
    }
    for (const folded of [false, true]) {
      if (folded) await world.store.foldEventRollUps(1_000);
      for (const db of [world.api, world.worker]) {
        const seen = await inTenants(db, [mine.tenant.tenantId], (trx) =>
          sql`SELECT DISTINCT tenant_id FROM event_rollups`.execute(trx),
        );
        expect(seen.rows).toEqual([{ tenant_id: mine.tenant.tenantId }]);
      }
    }
  });

  test('lose what is left of a campaign that is gone, and nothing else', async () => {
    const mail = await sent(world);
    await world.store.foldEventRollUps(1_000);
    await world.rows(
      `INSERT INTO event_rollup_deltas
       SELECT tenant_id, ?, node_id, variant, hour, type, actor, count
       FROM event_rollups_hourly WHERE campaign_id = ?`,
      mail.contactId,
      mail.tenant.campaignId,
    );

    expect(await world.store.foldEventRollUps(1_000)).toBe(1);

    await expectExact();
  });

  // Last, since it takes the schema back for a while.
  test('count what was recorded before there were any', async () => {
    const names = Object.keys(MIGRATIONS);
    const later = names.length - names.indexOf('0011-event-storage');
    await migrateDown(world.database.url, later);
    await migrateUp(world.database.url);

    await expectExact();
  });
});
