import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { brokenInvariants } from './support/invariants.ts';
import { leavers, requestOf, type Leavers } from './support/leaving.ts';
import {
  deliver,
  liftLimits,
  providerEvent,
  sent,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
let as: Leavers;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  as = leavers(world);
  await liftLimits(world);
});

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

describe('coming back', () => {
  test('lifts what the link has done, and leaves a record of it', async () => {
    const mail = await sent(world);
    await as.leave(requestOf(mail));

    expect(await as.comeBack(requestOf(mail))).toBe(true);

    expect(await as.pageOf(mail)).toMatchObject({ suppressed: false });
    expect(await as.tryEnrol(mail)).toBe('enrolled');
    expect(
      await world.rows(
        `SELECT actor, action, before ->> 'source' AS source, before ->> 'value' AS value
         FROM audit_log WHERE tenant_id = ? ORDER BY id`,
        mail.tenant.tenantId,
      ),
    ).toEqual([
      { actor: 'recipient', action: 'suppression.added', source: null, value: null },
      { actor: 'recipient', action: 'suppression.removed', source: 'link', value: mail.address },
      { actor: 'recipient', action: 'contact_opt_out.removed', source: 'link', value: null },
    ]);
    expect(await as.comeBack(requestOf(mail))).toBe(false);
  });

  test('lifts nothing of an address that is another contact’s by now', async () => {
    const mail = await sent(world);
    await as.move(mail);
    const contactId = await world.createContact(mail.tenant.tenantId, mail.address);
    await as.leave(requestOf({ ...mail, contactId }));

    expect(await as.comeBack(requestOf(mail))).toBe(false);
    expect(await as.tryEnrol({ ...mail, contactId })).toBe('suppressed');
  });

  test('lifts nothing that another person’s link has done, whose address it was', async () => {
    const mail = await sent(world);
    await as.move(mail);
    const contactId = await world.createContact(mail.tenant.tenantId, mail.address);
    const other = { ...mail, contactId };
    await as.leave(requestOf(other));
    await as.move(other);

    expect(await as.comeBack(requestOf(mail))).toBe(false);
    expect(await as.suppressionsOf(mail.tenant.tenantId)).toMatchObject([{ value: mail.address }]);
    expect(await as.tryEnrol(other)).toBe('opted_out');

    await as.leave(requestOf(mail));
    expect(await as.comeBack(requestOf(mail))).toBe(true);
    expect(await as.suppressionsOf(mail.tenant.tenantId)).toMatchObject([{ value: mail.address }]);
    expect(await as.tryEnrol(mail)).toBe('enrolled');
  });

  test.each(['before', 'after'])('lifts nothing that was said otherwise %s it', async (order) => {
    for (const [say, reason, back] of [
      [
        (one: Enrolled) => deliver(world, [providerEvent(world, one, 'spamreport')]),
        'spamreport',
        false,
      ],
      [
        (one: Enrolled) => deliver(world, [providerEvent(world, one, 'bounced')]),
        'hard_bounce',
        true,
      ],
      [
        (one: Enrolled) => deliver(world, [providerEvent(world, one, 'unsubscribed')]),
        'unsubscribed',
        false,
      ],
      [
        (one: Enrolled) => suppressAddresses(world, one.tenant.tenantId, [one.address]),
        order === 'before' ? 'manual' : 'unsubscribed',
        true,
      ],
    ] as const) {
      const mail = await sent(world);
      if (order === 'before') await say(mail);
      await as.leave(requestOf(mail));
      if (order === 'after') await say(mail);

      expect(await as.comeBack(requestOf(mail))).toBe(back);

      const [row] = await as.suppressionsOf(mail.tenant.tenantId);
      expect(row?.reason).toBe(reason);
      expect(row?.source).not.toMatch(/link|click/);
      expect(await as.pageOf(mail)).toMatchObject({ suppressed: true, suppressedByLink: false });
    }
  });
});
