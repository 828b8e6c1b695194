import { newId } from '@cadenza/domain';
import { enrol } from '@cadenza/engine';
import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createEngineStore, createPool, inTenants, type Schema } from '../src/index.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  deliver,
  enrolled,
  enrollmentOf,
  fireTimers,
  liveActions,
  providerEvent,
  reply,
  sendDue,
  suppressAddresses,
} from './support/scenario.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

function options(store = world.store) {
  const { plans, clock, graceMs } = world;
  return { store, plans, now: () => clock.now(), graceMs };
}

async function tryEnrol(tenant: Tenant, contactIds: readonly string[]) {
  const result = await enrol(
    { tenantId: tenant.tenantId, campaignId: tenant.campaignId, contactIds },
    options(),
  );
  return {
    enrolled: result?.enrolled.map(({ contactId }) => contactId),
    refused: Object.fromEntries(
      result?.refused.map(({ contactId, reason }) => [contactId, reason]) ?? [],
    ),
  };
}

async function people(tenant: Tenant, size: number): Promise<string[]> {
  const ids = Array.from({ length: size }, () => newId());
  const tenant_id = tenant.tenantId;
  await inTenants(world.api, [tenant_id], async (trx) => {
    for (let from = 0; from < size; from += 1_000) {
      const some = ids.slice(from, from + 1_000);
      await trx
        .insertInto('contacts')
        .values(some.map((id) => ({ tenant_id, id })))
        .execute();
      await trx
        .insertInto('contact_channels')
        .values(
          some.map((id) => ({
            tenant_id,
            id: newId(),
            contact_id: id,
            channel: 'email' as const,
            address: `p-${id}@example.org`,
          })),
        )
        .execute();
    }
  });
  return ids;
}

describe('a contact is refused', () => {
  test('with the reason, while the others of the same call are enrolled', async () => {
    const tenant = await world.createTenant();
    const stranger = await world.createContact((await world.createTenant()).tenantId);
    const [fine, invalid, silent, active] = await people(tenant, 4);
    const suppressed = await world.createContact(tenant.tenantId, 'gone@example.org');
    const elsewhere = await world.createContact(tenant.tenantId, 'anybody@forbidden.example');
    const everywhere = await world.createContact(tenant.tenantId, 'never@example.org');
    if (!fine || !invalid || !silent || !active) throw new Error('four people were made');
    await suppressAddresses(world, tenant.tenantId, ['gone@example.org']);
    await world.rows(
      `INSERT INTO communication_suppressions (id, tenant_id, channel, kind, value, reason, source, first_seen_at, last_seen_at)
       VALUES (?, ?, 'email', 'domain', 'forbidden.example', 'manual', 'test', now(), now()),
         (?, NULL, 'email', 'address', 'never@example.org', 'manual', 'test', now(), now())`,
      newId(),
      tenant.tenantId,
      newId(),
    );
    await world.rows(
      "UPDATE contact_channels SET validity = 'invalid' WHERE contact_id = ?",
      invalid,
    );
    await world.rows('DELETE FROM contact_channels WHERE contact_id = ?', silent);
    await world.enrolOne(tenant, active);
    const nobody = newId();

    const result = await tryEnrol(tenant, [
      nobody,
      stranger,
      silent,
      invalid,
      suppressed,
      elsewhere,
      everywhere,
      active,
      fine,
    ]);

    expect(result).toEqual({
      enrolled: [fine],
      refused: {
        [nobody]: 'not_found',
        [stranger]: 'not_found',
        [silent]: 'no_address',
        [invalid]: 'invalid_address',
        [suppressed]: 'suppressed',
        [elsewhere]: 'suppressed',
        [everywhere]: 'suppressed',
        [active]: 'already_active',
      },
    });
  });

  test('nowhere: a campaign of another tenant is none', async () => {
    const [mine, theirs] = [await world.createTenant(), await world.createTenant()];
    const contactIds = await people(mine, 1);
    expect(
      await enrol(
        { tenantId: mine.tenantId, campaignId: theirs.campaignId, contactIds },
        options(),
      ),
    ).toBeNull();
  });
});

describe('a contact named twice', () => {
  test('in one call is enrolled once', async () => {
    const tenant = await world.createTenant();
    const [one = ''] = await people(tenant, 1);
    expect(await tryEnrol(tenant, [one, one])).toEqual({ enrolled: [one], refused: {} });
  });

  test('in calls at the same time is enrolled once', async () => {
    const tenant = await world.createTenant();
    const ids = await people(tenant, 50);

    const results = await Promise.all(
      [ids, ids.toReversed(), ids].map((contactIds) => tryEnrol(tenant, contactIds)),
    );

    expect(results.flatMap((result) => result.enrolled ?? []).sort()).toEqual(ids.toSorted());
    const refused = results.flatMap((result) => Object.values(result.refused));
    expect(refused).toEqual(Array.from({ length: 100 }, () => 'already_active'));
  });
});

describe('5,000 contacts', () => {
  test('cost a fixed number of statements for each thousand', async () => {
    const tenant = await world.createTenant();
    const ids = await people(tenant, 5_000);
    let statements = 0;
    const counted = new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: createPool({ url: world.workerUrl, poolSize: 1 }) }),
      log: () => {
        statements += 1;
      },
    });
    const run = async (contactIds: readonly string[]) => {
      statements = 0;
      const { tenantId, campaignId } = tenant;
      const result = await enrol(
        { tenantId, campaignId, contactIds },
        options(createEngineStore(counted)),
      );
      return { enrolled: result?.enrolled.length, statements };
    };
    try {
      await run(ids.slice(0, 991));
      // Statistics as autovacuum would have them by the time that there is anything to count.
      await world.rows('ANALYZE');
      const few = await run(ids.slice(991, 1_000));
      const thousands = await run(ids.slice(1_000));

      expect(few.enrolled).toBe(9);
      expect(few.statements).toBeLessThanOrEqual(13);
      expect(thousands).toEqual({ enrolled: 4_000, statements: 4 * few.statements });
    } finally {
      await counted.destroy();
    }
    expect(await brokenInvariants(world)).toEqual({});
  }, 90_000);
});

describe('a contact enrolled again', () => {
  test('seals the former enrollment: late news cannot bring it back beside the new one', async () => {
    const mail = await enrolled(world);
    await sendDue(world);
    const sentAt = world.clock.now();
    await reply(world, mail);
    expect((await enrollmentOf(world, mail.enrollmentId)).status).toBe('stopped');

    const again = await world.enrolOne(mail.tenant, mail.contactId);
    await deliver(world, [providerEvent(world, mail, 'opened', { at: sentAt })]);

    expect((await enrollmentOf(world, mail.enrollmentId)).status).not.toBe('active');
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    expect(await enrollmentOf(world, again)).toMatchObject({ status: 'active', node_id: 'first' });
    expect(await brokenInvariants(world)).toEqual({});
  });

  test('is refused while late news has brought the former one back', async () => {
    const tenant = await world.createTenant({
      version: '1.0',
      timezone: 'UTC',
      startNodeId: 'first',
      nodes: [
        {
          id: 'first',
          channel: 'email',
          action: 'send',
          subject: 'Hello',
          body: '<p>Hello</p>',
          transitions: [
            { on: 'no_open', to: 'stop', after: 'PT72H' },
            { on: 'opened', to: 'second' },
          ],
        },
        {
          id: 'second',
          channel: 'email',
          action: 'send',
          subject: 'Again',
          body: '<p>Again</p>',
          transitions: [],
        },
      ],
    });
    const mail = await enrolled(world, tenant);
    await sendDue(world);
    const sentAt = world.clock.now();
    await fireTimers(world, [mail.enrollmentId]);
    expect((await enrollmentOf(world, mail.enrollmentId)).status).toBe('completed');
    await deliver(world, [providerEvent(world, mail, 'opened', { at: sentAt })]);
    expect((await enrollmentOf(world, mail.enrollmentId)).status).toBe('active');

    expect(await tryEnrol(tenant, [mail.contactId])).toEqual({
      enrolled: [],
      refused: { [mail.contactId]: 'already_active' },
    });
    expect(await brokenInvariants(world)).toEqual({});
  });

  test('by late news meets the new enrollment of somebody else’s making, and yields', async () => {
    const mail = await enrolled(world);
    await sendDue(world);
    await reply(world, mail);
    const [first, second] = await Promise.all([
      tryEnrol(mail.tenant, [mail.contactId]),
      tryEnrol(mail.tenant, [mail.contactId]),
    ]);
    expect([first.enrolled, second.enrolled].flat()).toEqual([mail.contactId]);
    expect(await brokenInvariants(world)).toEqual({});
  });
});
