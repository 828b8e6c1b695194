import type { OutboundMail } from '@cadenza/domain';
import { createMessageRenderer } from '@cadenza/engine';
import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants } from '../src/index.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  fireTimers,
  hurry,
  liftLimits,
  messageIdOf,
  messagesOf,
  provider,
  providerEvent,
  sendDue,
  sendOptions,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, processSends, type Tenant, type World } from './support/world.ts';

const send = (id: string, next: string | null, more: object = {}) => ({
  id,
  channel: 'email',
  action: 'send',
  body: `<p>${id}</p>`,
  transitions: next === null ? [] : [{ on: 'no_open', to: next, after: 'P2D' }],
  ...more,
});
const planOf = (...nodes: readonly object[]) => ({
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes,
});
/** Three mails in one thread; the last one has a subject of its own. */
const CHAIN = planOf(
  send('first', 'second', { subject: 'Tea, {{contact.firstName}}?' }),
  send('second', 'third', { threadWith: 'first' }),
  send('third', null, { threadWith: 'second', subject: 'Last words' }),
);

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

afterAll(() => world.close());

/** Sends what is due to one person and answers with the mail. */
async function nextMail(): Promise<OutboundMail> {
  const { mails, port } = provider(() => ACCEPT);
  await hurry(world);
  await sendDue(world, port);
  const [mail, ...others] = mails;
  if (mail === undefined || others.length > 0) throw new Error(`${mails.length} mails went out`);
  return mail;
}

/** SendGrid reports the message of a node, and with it the Message-ID it went out under. */
async function report(of: Enrolled, node: string, smtpId: string | null, type = 'processed') {
  const messageId = await messageIdOf(world, of.enrollmentId, node);
  const over = { smtpId, bounceKind: 'soft' as const };
  await deliver(world, [
    providerEvent(world, { ...of, messageId }, type as 'processed' | 'dropped', over),
  ]);
}

/** A second verified sender that the campaign is given from now on. */
async function changeSender({ tenantId, campaignId }: Tenant): Promise<string> {
  const id = newId();
  await inTenants(world.api, [tenantId], async (trx) => {
    await trx
      .insertInto('email_sender_identities')
      .values({
        tenant_id: tenantId,
        id,
        email: `other-${id}@example.com`,
        name: 'Bob',
        verification: 'verified',
      })
      .execute();
    await trx
      .updateTable('campaigns')
      .set({ sender_identity_id: id })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', campaignId)
      .execute();
  });
  return `other-${id}@example.com`;
}

/** Addresses that a person's messages and their actions leave from, by node. */
async function sendersOf({ enrollmentId }: Enrolled): Promise<Record<string, string[]>> {
  const found = await world.rows<{ node_id: string; senders: string[] }>(
    `SELECT s.node_id, array_agg(DISTINCT i.email) AS senders
     FROM (
       SELECT enrollment_id, node_id, sender_identity_id FROM outbound_messages
       UNION ALL
       SELECT enrollment_id, node_id, sender_identity_id FROM scheduled_actions
       WHERE type = 'send') s
     JOIN email_sender_identities i ON i.id = s.sender_identity_id
     WHERE s.enrollment_id = ? GROUP BY s.node_id`,
    enrollmentId,
  );
  return Object.fromEntries(found.map((row) => [row.node_id, row.senders]));
}

/** Hands off what is due, to a provider that does not get it. */
async function release(meanwhile: () => Promise<void>): Promise<void> {
  const { port } = provider(async () => {
    await meanwhile();
    return {
      kind: 'not_handed_off',
      cause: 'connection_failed',
      retryAfterMs: null,
      reason: 'ECONNREFUSED',
    };
  });
  await hurry(world);
  await sendDue(world, port);
}

describe('a follow-up in a thread', () => {
  test('answers the earlier message, and names all before it', async () => {
    const person = await enrolled(world, await world.createTenant(CHAIN));

    const first = await nextMail();
    expect(first.subject).toBe('Tea, Grace?');
    expect(Object.keys(first.headers)).toEqual(['List-Unsubscribe', 'List-Unsubscribe-Post']);
    await report(person, 'first', '<one@sendgrid.example>');

    await fireTimers(world, [person.enrollmentId]);
    const second = await nextMail();
    expect(second.subject).toBe('Re: Tea, Grace?');
    expect(second.headers).toMatchObject({
      'In-Reply-To': '<one@sendgrid.example>',
      References: '<one@sendgrid.example>',
    });
    await report(person, 'second', 'two@sendgrid.example');

    await fireTimers(world, [person.enrollmentId]);
    const third = await nextMail();
    expect(third.subject).toBe('Last words');
    expect(third.headers).toMatchObject({
      'In-Reply-To': '<two@sendgrid.example>',
      References: '<one@sendgrid.example> <two@sendgrid.example>',
    });
  });

  test('goes out on its own where the earlier Message-ID is not known, and is counted', async () => {
    const person = await enrolled(world, await world.createTenant(CHAIN));
    await nextMail();
    await fireTimers(world, [person.enrollmentId]);

    let unthreaded = 0;
    const renderer = createMessageRenderer({
      publicUrl: 'https://cadenza.example.com',
      unsubscribeKey: { keyId: 'test', secret: 'a secret for tests, of 32 bytes or more' },
      onUnthreaded: () => (unthreaded += 1),
    });
    const { mails, port } = provider(() => ACCEPT);
    await hurry(world);
    await processSends(await world.dispatch(), sendOptions(world, port, { renderer }));
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toBe('Re: Tea, Grace?');
    expect(mails[0]?.headers).not.toHaveProperty('In-Reply-To');
    expect(mails[0]?.headers).not.toHaveProperty('References');
    expect(unthreaded).toBe(1);

    // What was missing then is named by what comes after.
    await report(person, 'first', '<one@sendgrid.example>');
    await report(person, 'second', '<two@sendgrid.example>');
    await fireTimers(world, [person.enrollmentId]);
    expect((await nextMail()).headers).toMatchObject({
      'In-Reply-To': '<two@sendgrid.example>',
      References: '<one@sendgrid.example> <two@sendgrid.example>',
    });
  });

  test.each([['<one@sendgrid.example>\r\nBcc: <eve@evil.example>'], ['no id'], ['<a@b> <c@d>']])(
    'is not misled by the reported Message-ID %j',
    async (smtpId) => {
      const person = await enrolled(world, await world.createTenant(CHAIN));
      await nextMail();
      await report(person, 'first', smtpId);
      await fireTimers(world, [person.enrollmentId]);
      const second = await nextMail();
      expect(second.headers).not.toHaveProperty('In-Reply-To');
      expect(JSON.stringify(second.headers)).not.toContain('evil');
    },
  );

  test('keeps the sender of the earlier message where the campaign has another one since', async () => {
    const tenant = await world.createTenant(CHAIN);
    const person = await enrolled(world, tenant);
    const { from } = await nextMail();
    await changeSender(tenant);

    await fireTimers(world, [person.enrollmentId]);
    expect((await nextMail()).from).toEqual(from);
    await fireTimers(world, [person.enrollmentId]);
    expect((await nextMail()).from).toEqual(from);
  });

  test('without threadWith the sender is the campaign’s when the step is planned', async () => {
    const tenant = await world.createTenant(
      planOf(
        send('first', 'second', { subject: 'One' }),
        send('second', 'third', { subject: 'Two' }),
        send('third', null, { subject: 'Three' }),
      ),
    );
    const person = await enrolled(world, tenant);
    const { from } = await nextMail();
    await fireTimers(world, [person.enrollmentId]);
    const email = await changeSender(tenant);
    expect((await nextMail()).from).toEqual(from);
    await fireTimers(world, [person.enrollmentId]);
    expect((await nextMail()).from).toEqual({ email, name: 'Bob' });
  });

  test.each([
    ['a release', async () => release(() => Promise.resolve())],
    [
      'a bounce',
      async (person: Enrolled) => {
        await nextMail();
        await deliver(world, [
          providerEvent(world, person, 'bounced', {
            bounceKind: 'soft',
            // So long ago that the next attempt is due.
            at: world.clock.now() - 2 * 3_600_000,
          }),
        ]);
      },
    ],
  ])('after %s the sender is still that of the step’s planning', async (_, comeBack) => {
    const tenant = await world.createTenant(CHAIN);
    const person = await enrolled(world, tenant);
    await changeSender(tenant);
    await comeBack(person);
    const email = `ae-${tenant.senderId}@example.com`;
    expect((await nextMail()).from).toEqual({ email, name: 'Ada' });
    expect(await sendersOf(person)).toEqual({ first: [email] });
  });

  test('answers nothing that has come back', async () => {
    const person = await enrolled(
      world,
      await world.createTenant(
        planOf(
          send('first', null, {
            subject: 'One',
            transitions: [{ on: 'dropped', to: 'second' }],
          }),
          send('second', null, { threadWith: 'first' }),
        ),
      ),
    );
    await nextMail();
    await report(person, 'first', '<one@sendgrid.example>', 'dropped');
    expect(await messagesOf(world, person.enrollmentId)).toMatchObject({ first: 'dropped' });
    const second = await nextMail();
    expect(second.subject).toBe('One');
    expect(second.headers).not.toHaveProperty('In-Reply-To');
  });

  describe('whose earlier message comes back before it is sent', () => {
    /** Later than the silence, which the test has let fire before its time. */
    const AFTER_SILENCE_MS = 3 * 86_400_000;
    const BROKEN = planOf(
      send('first', 'second', {
        subject: 'One',
        transitions: [
          { on: 'no_open', to: 'second', after: 'P2D' },
          { on: 'bounced', to: 'second' },
        ],
      }),
      send('second', null, { threadWith: 'first' }),
    );

    test.each([
      ['bounced', 0, { bounceKind: 'refused' }],
      ['dropped', AFTER_SILENCE_MS, {}],
      ['blocked', AFTER_SILENCE_MS, {}],
    ] as const)('(%s) goes out on its own, from its own sender', async (type, afterMs, over) => {
      const tenant = await world.createTenant(BROKEN);
      const person = await enrolled(world, tenant);
      await nextMail();
      const email = await changeSender(tenant);
      await fireTimers(world, [person.enrollmentId]);
      const at = world.clock.now() + afterMs;
      await deliver(world, [providerEvent(world, person, type, { at, ...over })]);

      const second = await nextMail();
      expect(second).toMatchObject({ from: { email, name: 'Bob' }, subject: 'One' });
      expect(await sendersOf(person)).toEqual({
        first: [`ae-${tenant.senderId}@example.com`],
        second: [email],
      });
    });

    test('after a hand-off of it that did not happen: so does what is handed off then', async () => {
      const tenant = await world.createTenant(BROKEN);
      const person = await enrolled(world, tenant);
      await nextMail();
      const email = await changeSender(tenant);
      await fireTimers(world, [person.enrollmentId]);
      await release(async () => {
        const at = world.clock.now() + AFTER_SILENCE_MS;
        await deliver(world, [providerEvent(world, person, 'blocked', { at })]);
      });
      expect(await nextMail()).toMatchObject({ from: { email, name: 'Bob' }, subject: 'One' });
    });
  });

  test('of a node visited several times the latest message is answered', async () => {
    const person = await enrolled(
      world,
      await world.createTenant(
        planOf(send('first', 'first', { subject: 'Again', threadWith: 'first', maxVisits: 3 })),
      ),
    );
    const first = await nextMail();
    expect(first.subject).toBe('Again');
    const subjects: string[] = [];
    const references: (string | undefined)[] = [];
    for (const visit of [1, 2]) {
      const [row] = await world.rows<{ id: string }>(
        'SELECT id FROM outbound_messages WHERE enrollment_id = ? AND visit = ?',
        person.enrollmentId,
        visit,
      );
      const messageId = row?.id ?? '';
      await deliver(world, [
        providerEvent(world, { ...person, messageId }, 'delivered', {
          smtpId: `<v${visit}@x.example>`,
        }),
      ]);
      await fireTimers(world, [person.enrollmentId]);
      const mail = await nextMail();
      subjects.push(mail.subject);
      references.push(mail.headers['References']);
    }
    expect(subjects).toEqual(['Again', 'Again']);
    expect(references).toEqual(['<v1@x.example>', '<v1@x.example> <v2@x.example>']);
  });
});
