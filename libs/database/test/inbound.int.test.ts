import { newId, type BlobStore } from '@cadenza/domain';
import type { DeliveryRef } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { findable } from './support/found-messages.ts';
import {
  formOf,
  inboundOf,
  keepMail,
  memoryBlobs,
  mime,
  processMail,
  rawForm,
  receive,
  replyAddressOf,
  unsubscribeAddressOf,
  type TestMail,
} from './support/inbound.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  deliver,
  enrolled,
  enrolledAgain,
  enrollmentOf,
  liftLimits,
  liveActions,
  messagesOf,
  providerEvent,
  sent,
  stop,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, TWO_STEPS, type World } from './support/world.ts';

let world: World;
const blobs = memoryBlobs();

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});
afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});
afterAll(() => world.close());

const events = (mail: Enrolled) =>
  world.rows<{ type: string; actor: string; provider_event_id: string | null }>(
    'SELECT type, actor, provider_event_id FROM message_events WHERE message_id = ? ORDER BY occurred_at, type',
    mail.messageId,
  );

const suppressions = (mail: Enrolled) =>
  world.rows<{ reason: string; source: string; message_id: string | null }>(
    'SELECT reason, source, message_id FROM communication_suppressions WHERE tenant_id = ? AND value = ?',
    mail.tenant.tenantId,
    mail.address,
  );

const deliveryOf = async (id: string) => {
  const [row] = await world.rows<{ status: string; error: string | null; attempts: number }>(
    'SELECT status, error, attempts FROM inbound_deliveries WHERE id = ?',
    id,
  );
  return row;
};

/** Real seconds, about, before a mail is tried again. */
const secondsToWait = async ({ id }: DeliveryRef) => {
  const [row] = await world.rows<{ seconds: number }>(
    `SELECT extract(epoch FROM next_attempt_at - clock_timestamp())::float AS seconds
     FROM inbound_deliveries WHERE id = ?`,
    id,
  );
  return Math.ceil(row?.seconds ?? 0);
};

const dueAgain = ({ id }: DeliveryRef) =>
  world.rows("UPDATE inbound_deliveries SET next_attempt_at = 'epoch' WHERE id = ?", id);

/** Bytes that end with an error, after some of them have come. */
async function* brokenOff(): AsyncIterable<Uint8Array> {
  yield Buffer.from('--xYzZY\r\n');
  await Promise.resolve();
  throw new Error('ECONNRESET');
}

/** Gives a message the ids that the provider has reported of it. */
async function reported(mail: Enrolled): Promise<string> {
  const provider = newId().replaceAll('-', '').slice(0, 22);
  const smtpId = `<${provider}@geopod-ismtpd-0>`;
  await world.rows(
    'UPDATE outbound_messages SET provider_message_id = ?, smtp_id = ? WHERE id = ?',
    provider,
    smtpId,
    mail.messageId,
  );
  await findable(world);
  return smtpId;
}

describe('a reply', () => {
  test('to a signed address ends the enrollment, wherever it comes from', async () => {
    const mail = await sent(world);
    const result = await receive(world, blobs, {
      from: 'a.colleague@elsewhere.example',
      to: replyAddressOf(mail),
    });
    expect(result).toMatchObject({ outcome: 'recorded', kind: 'human', effect: 'replied' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'stopped',
      end_reason: 'replied',
    });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'delivered' });
    const [row, ...others] = await inboundOf(world, mail.tenant.tenantId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      message_id: mail.messageId,
      enrollment_id: mail.enrollmentId,
      contact_id: mail.contactId,
      matched_by: 'reply_address',
      confidence: 1,
      effect: 'replied',
      verdict: 'signed',
    });
    expect(row?.reply_text).toContain('let us talk next week');
    expect(await events(mail)).toEqual([
      { type: 'replied', actor: 'human', provider_event_id: row?.id },
    ]);
    expect(await suppressions(mail)).toEqual([]);
  });

  test('in the parsed form does the same', async () => {
    const mail = await sent(world);
    const to = replyAddressOf(mail);
    const form = formOf({
      headers: `From: Grace <${mail.address}>\nTo: ${to}\nSubject: Re: Hello\nMessage-ID: <${newId()}@a.example>`,
      from: `Grace <${mail.address}>`,
      to,
      subject: 'Re: Hello',
      text: 'Yes, please call me on Monday.',
      envelope: JSON.stringify({ to: [to], from: mail.address }),
      charsets: JSON.stringify({ text: 'utf-8' }),
    });
    const ref = await keepMail(world, blobs, { form });
    expect(await processMail(world, blobs, ref)).toMatchObject({ effect: 'replied' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'stopped' });
  });

  test('that names our mail by its Message-ID is found, and so is one that names a former one', async () => {
    for (const header of ['In-Reply-To', 'References']) {
      const mail = await sent(world);
      const smtpId = await reported(mail);
      const result = await receive(world, blobs, {
        from: 'somebody@else.example',
        headers: [`${header}: <unknown@elsewhere.example> ${smtpId}`],
      });
      expect(result, header).toMatchObject({ effect: 'replied' });
      expect(await inboundOf(world, mail.tenant.tenantId)).toMatchObject([
        { matched_by: 'message_id', confidence: 0.9, message_id: mail.messageId },
      ]);
    }
  });

  test('that names a Message-ID which only begins as ours is not taken for one', async () => {
    const mail = await sent(world);
    const smtpId = await reported(mail);
    const result = await receive(world, blobs, {
      headers: [`In-Reply-To: ${smtpId.replace('@geopod', '@other')}`],
    });
    expect(result).toMatchObject({ outcome: 'quarantined', reason: 'names no message of ours' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test('of a person we wrote to lately is found by its sender', async () => {
    const mail = await sent(world);
    const result = await receive(world, blobs, { from: mail.address.toUpperCase() });
    expect(result).toMatchObject({ effect: 'replied' });
    expect(await inboundOf(world, mail.tenant.tenantId)).toMatchObject([
      { matched_by: 'sender', confidence: 0.5, enrollment_id: mail.enrollmentId },
    ]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'stopped' });
  });

  test('that only says whom it is from moves nothing: anybody can write that', async () => {
    const mail = await sent(world);
    for (const spf of ['softfail', 'none', '']) {
      const answer = { from: mail.address, text: `unsubscribe ${spf}` };
      expect(await receive(world, blobs, answer, { spf })).toMatchObject({ effect: null });
    }
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
    expect(await suppressions(mail)).toEqual([]);
  });

  test('of a person we wrote to long ago moves nothing', async () => {
    const mail = await sent(world);
    await world.rows(
      "UPDATE outbound_messages SET begun_at = begun_at - interval '91 days' WHERE id = ?",
      mail.messageId,
    );
    expect(await receive(world, blobs, { from: mail.address })).toMatchObject({
      outcome: 'quarantined',
    });
    await world.rows(
      "UPDATE outbound_messages SET begun_at = begun_at + interval '91 days' WHERE id = ?",
      mail.messageId,
    );
  });

  test('of a person whom two tenants write to belongs to the one that the mail names', async () => {
    const address = `shared-${newId()}@example.org`;
    const [one, other] = await Promise.all(
      [0, 1].map(async () => {
        const tenant = await world.createTenant();
        const contactId = await world.createContact(tenant.tenantId, address);
        return enrolledAgain(world, { tenant, contactId, address });
      }),
    );
    if (one === undefined || other === undefined) throw new Error('two tenants expected');
    await sent(world);
    const text = () => `Hello ${newId()}`;

    // By nobody: two could be meant.
    expect(await receive(world, blobs, { from: address, text: text() })).toMatchObject({
      outcome: 'quarantined',
    });
    // By the domain of a sender.
    await world.rows(
      'UPDATE email_sender_identities SET email = ? WHERE tenant_id = ?',
      'ann@own.example.com',
      other.tenant.tenantId,
    );
    await receive(world, blobs, { from: address, to: 'ann@own.example.com', text: text() });
    expect(await enrollmentOf(world, other.enrollmentId)).toMatchObject({ status: 'stopped' });
    expect(await enrollmentOf(world, one.enrollmentId)).toMatchObject({ status: 'active' });
    // By the address that it came to.
    await receive(
      world,
      blobs,
      { from: address, text: text() },
      { addressee: one.tenant.tenantId },
    );
    expect(await enrollmentOf(world, one.enrollmentId)).toMatchObject({ status: 'stopped' });
  });

  test('to a tenant’s address is that tenant’s, though another one has a sender of that domain', async () => {
    const address = `shared-${newId()}@example.org`;
    const [one, other] = await Promise.all(
      [0, 1].map(async () => {
        const tenant = await world.createTenant();
        const contactId = await world.createContact(tenant.tenantId, address);
        return enrolledAgain(world, { tenant, contactId, address });
      }),
    );
    if (one === undefined || other === undefined) throw new Error('two tenants expected');
    await sent(world);
    await world.rows(
      'UPDATE email_sender_identities SET email = ? WHERE tenant_id = ?',
      'ann@theirs.example.com',
      other.tenant.tenantId,
    );
    const result = await receive(
      world,
      blobs,
      { from: address, to: 'ann@theirs.example.com' },
      { addressee: one.tenant.tenantId },
    );
    expect(result).toMatchObject({ effect: 'replied' });
    expect(await enrollmentOf(world, one.enrollmentId)).toMatchObject({ status: 'stopped' });
    expect(await enrollmentOf(world, other.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test('to another tenant’s address never moves this one’s enrollment', async () => {
    const mail = await sent(world);
    const stranger = await world.createTenant();
    const smtpId = await reported(mail);
    for (const given of [
      { to: replyAddressOf(mail) },
      { to: unsubscribeAddressOf(mail) },
      { headers: [`In-Reply-To: ${smtpId}`] },
      { from: mail.address },
    ]) {
      const result = await receive(world, blobs, given, { addressee: stranger.tenantId });
      expect(result).toMatchObject({ outcome: 'recorded', effect: null });
    }
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
    expect(await inboundOf(world, mail.tenant.tenantId)).toEqual([]);
    expect(await inboundOf(world, stranger.tenantId)).toMatchObject(
      Array.from({ length: 4 }, () => ({ matched_by: null, message_id: null })),
    );
  });

  test('to an address that somebody made up is nobody’s', async () => {
    const [mail, other] = [await sent(world), await sent(world)];
    const forged = replyAddressOf({ tenant: other.tenant, messageId: mail.messageId });
    const altered = replyAddressOf(mail).replace(/.@/, (end) => (end === 'a@' ? 'b@' : 'a@'));
    for (const to of [forged, altered]) {
      expect(await receive(world, blobs, { to })).toMatchObject({ outcome: 'quarantined' });
    }
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test('proves that a mail was accepted of which nothing was known', async () => {
    const mail = await sent(world, undefined, {
      send: () => Promise.resolve({ kind: 'unknown', reason: 'no answer' }),
      close: () => Promise.resolve(),
    });
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'unknown' });
    await receive(world, blobs, { to: replyAddressOf(mail) });
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'delivered' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'stopped' });
  });

  test('that comes after the end is recorded, and changes nothing', async () => {
    const mail = await sent(world);
    await stop(world, mail);
    expect(await receive(world, blobs, { to: replyAddressOf(mail) })).toMatchObject({
      effect: 'replied',
    });
    expect((await events(mail)).map(({ type }) => type)).toEqual(['replied']);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'stopped' });
  });
});

describe('what nobody vouches for', () => {
  test.each(['reply', 'unsubscribe', 'id', 'sender'] as const)(
    'is kept for an operator and moves nothing (%s)',
    async (way) => {
      const mail = await sent(world);
      const smtpId = await reported(mail);
      const given = {
        reply: { to: replyAddressOf(mail) },
        unsubscribe: { to: unsubscribeAddressOf(mail) },
        id: { headers: [`In-Reply-To: ${smtpId}`] },
        sender: { from: mail.address },
      }[way];
      const result = await receive(world, blobs, given, { verdict: 'unverified' });
      expect(result).toMatchObject({ outcome: 'recorded', effect: null });
      expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
      expect(await events(mail)).toEqual([]);
      expect(await inboundOf(world, mail.tenant.tenantId)).toMatchObject([
        { verdict: 'unverified', effect: null },
      ]);
    },
  );

  test('does not stand in the way of the same mail when somebody does', async () => {
    const mail = await sent(world);
    const to = replyAddressOf(mail);
    const form = rawForm(mime({ to }), { from: mail.address, to: [to] });
    const unverified = await keepMail(world, blobs, { form, verdict: 'unverified' });
    const signed = await keepMail(world, blobs, { form });
    expect(await processMail(world, blobs, unverified)).toMatchObject({ effect: null });
    expect(await processMail(world, blobs, signed)).toMatchObject({ effect: 'replied' });
  });

  test('is believed by its address alone where nothing else is set up', async () => {
    const [byAddress, bySender] = [await sent(world), await sent(world)];
    const open = { verdict: 'open' } as const;
    expect(await receive(world, blobs, { from: bySender.address }, open)).toMatchObject({
      effect: null,
    });
    expect(await receive(world, blobs, { to: replyAddressOf(byAddress) }, open)).toMatchObject({
      effect: 'replied',
    });
  });
});

describe('a mail that is processed again', () => {
  test('as the same delivery, once more or eight times at once, is recorded once', async () => {
    const mail = await sent(world);
    const to = replyAddressOf(mail);
    const form = rawForm(mime({ to }), { from: mail.address, to: [to] });
    const ref = await keepMail(world, blobs, { form });
    const results = await Promise.all(
      Array.from({ length: 8 }, () => processMail(world, blobs, ref)),
    );
    expect(results.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
    expect(await processMail(world, blobs, ref)).toEqual({ outcome: 'gone' });
    expect(await events(mail)).toHaveLength(1);
    expect(await inboundOf(world, mail.tenant.tenantId)).toHaveLength(1);
  });

  test('in another form with another boundary is recorded once', async () => {
    const mail = await sent(world);
    const to = replyAddressOf(mail);
    const text = mime({ to });
    const forms = [
      rawForm(text, { from: mail.address, to: [to] }),
      formOf({ envelope: JSON.stringify({ from: mail.address, to: [to] }), email: text }),
    ];
    const outcomes: string[] = [];
    for (const form of forms) {
      const ref = await keepMail(world, blobs, { form });
      outcomes.push((await processMail(world, blobs, ref)).outcome);
      expect(await deliveryOf(ref.id)).toMatchObject({ status: 'processed' });
    }
    expect(outcomes).toEqual(['recorded', 'duplicate']);
    expect(await events(mail)).toHaveLength(1);
  });

  test('after its processing was cut off is recorded whole', async () => {
    const mail = await sent(world);
    const to = replyAddressOf(mail);
    const form = rawForm(mime({ to }), { from: mail.address, to: [to] });
    const ref = await keepMail(world, blobs, { form });
    const failing = {
      ...world.store,
      transaction: ((tenantIds, work) =>
        world.store.transaction(tenantIds, async (tx) => {
          await work(tx);
          throw new Error('the connection is gone');
        })) as typeof world.store.transaction,
    };
    await expect(processMail(world, blobs, ref, failing)).rejects.toThrow('the connection is gone');
    expect(await inboundOf(world, mail.tenant.tenantId)).toEqual([]);
    expect(await processMail(world, blobs, ref)).toEqual({ outcome: 'gone' });
    await dueAgain(ref);
    expect(await world.store.waitingInbound(0, 1_000)).toContainEqual(ref);
    expect(await processMail(world, blobs, ref)).toMatchObject({ effect: 'replied' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'stopped' });
  });
});

describe('what cannot be read', () => {
  test.each([
    ['no form', Buffer.from('hello'), /^no whole form|fields/],
    ['a form of nothing that is a mail', formOf({ nonsense: '1' }), /^no mail/],
    ['a form that is cut off', rawForm(mime(), { from: '', to: [] }).subarray(0, 300), /^no whole/],
  ])('(%s) is put aside with its reason, and nobody waits for it', async (_what, form, reason) => {
    const ref = await keepMail(world, blobs, { form });
    const other = await sent(world);
    expect(await processMail(world, blobs, ref)).toMatchObject({
      outcome: 'quarantined',
      reason: expect.stringMatching(reason) as string,
    });
    expect(await deliveryOf(ref.id)).toMatchObject({ status: 'quarantined' });
    expect(await receive(world, blobs, { to: replyAddressOf(other) })).toMatchObject({
      effect: 'replied',
    });
  });

  test('because only a part of it was kept is put aside', async () => {
    const ref = await keepMail(world, blobs, { form: Buffer.from(newId()), truncated: true });
    expect(await processMail(world, blobs, ref)).toMatchObject({ outcome: 'quarantined' });
  });

  test('because its bytes are gone is tried ten times within days, then put aside', async () => {
    const ref = await keepMail(world, blobs, { form: Buffer.from(newId()) });
    await blobs.delete(`inbound/${ref.id}`);
    const waits: number[] = [];
    for (let attempt = 1; attempt < 10; attempt += 1) {
      await expect(processMail(world, blobs, ref)).rejects.toThrow('has nothing under');
      waits.push(await secondsToWait(ref));
      expect(await processMail(world, blobs, ref)).toEqual({ outcome: 'gone' });
      await dueAgain(ref);
    }
    expect(waits).toEqual([10, 40, 160, 640, 2_560, 10_240, 40_960, 43_200, 43_200]);
    expect(await processMail(world, blobs, ref)).toMatchObject({
      outcome: 'quarantined',
      reason: expect.stringMatching(/^attempt 10 failed: /) as string,
    });
  });

  test.each<[string, Partial<BlobStore>]>([
    ['does not answer', { get: () => Promise.reject(new Error('503 Slow Down')) }],
    ['breaks off', { get: () => Promise.resolve(brokenOff()) }],
  ])('because the store %s is tried for as long as it takes, and not put aside', async (_, how) => {
    const mail = await sent(world);
    const to = replyAddressOf(mail);
    const form = rawForm(mime({ to }), { from: mail.address, to: [to] });
    const ref = await keepMail(world, blobs, { form });
    const away: BlobStore = { ...blobs, ...how };
    for (let attempt = 1; attempt <= 15; attempt += 1) {
      await expect(processMail(world, away, ref)).rejects.toThrow('cannot be reached');
      const seconds = await secondsToWait(ref);
      expect(seconds).toBeGreaterThanOrEqual(10);
      expect(seconds).toBeLessThanOrEqual(600);
      await dueAgain(ref);
    }
    expect(await deliveryOf(ref.id)).toMatchObject({ status: 'received', attempts: 0 });
    expect(await processMail(world, blobs, ref)).toMatchObject({ effect: 'replied' });
  });
});

describe('a mail of each kind', () => {
  test('that opts out suppresses the address and ends all of its enrollments', async () => {
    const mail = await sent(world);
    const second = await world.createTenant();
    const elsewhere = await enrolled(world, second);
    const result = await receive(world, blobs, {
      from: mail.address,
      to: replyAddressOf(mail),
      text: 'Please unsubscribe me from this list.',
    });
    expect(result).toMatchObject({ kind: 'opt_out', effect: 'unsubscribed' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    expect(await suppressions(mail)).toEqual([
      { reason: 'unsubscribed', source: 'reply', message_id: mail.messageId },
    ]);
    expect((await events(mail)).map(({ type }) => type)).toEqual(['unsubscribed']);
    expect(await enrollmentOf(world, elsewhere.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test('to the unsubscribe address unsubscribes, whatever it says', async () => {
    const mail = await sent(world);
    const result = await receive(world, blobs, {
      from: mail.address,
      to: unsubscribeAddressOf(mail),
      subject: 'unsubscribe',
      text: '',
    });
    expect(result).toMatchObject({ kind: 'opt_out', effect: 'unsubscribed' });
    expect(await suppressions(mail)).toEqual([
      { reason: 'unsubscribed', source: 'unsubscribe_mail', message_id: mail.messageId },
    ]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
  });

  test('to the unsubscribe address unsubscribes, though a program has written it', async () => {
    const mail = await sent(world);
    const result = await receive(world, blobs, {
      from: mail.address,
      to: unsubscribeAddressOf(mail),
      subject: '',
      headers: ['Auto-Submitted: auto-generated', 'Precedence: bulk'],
      text: '',
    });
    expect(result).toMatchObject({ effect: 'unsubscribed' });
    expect(await suppressions(mail)).toMatchObject([{ reason: 'unsubscribed' }]);
  });

  test('to the unsubscribe address of somebody nobody has written to yet does so, too', async () => {
    const mail = await enrolled(world);
    await receive(world, blobs, { to: unsubscribeAddressOf(mail), subject: 'unsubscribe' });
    expect(await suppressions(mail)).toEqual([
      { reason: 'unsubscribed', source: 'unsubscribe_mail', message_id: null },
    ]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
  });

  const report = (mail: Enrolled, status: string, action: string) => ({
    from: 'mailer-daemon@mx.example.org',
    to: replyAddressOf(mail),
    subject: 'Undelivered Mail Returned to Sender',
    headers: ['Auto-Submitted: auto-replied', 'Return-Path: <>'],
    body: [
      'Content-Type: multipart/report; report-type=delivery-status; boundary=dsn',
      '',
      '--dsn',
      'Content-Type: text/plain',
      '',
      'The mail could not be delivered.',
      '--dsn',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.org',
      '',
      `Final-Recipient: rfc822; ${mail.address}`,
      `Action: ${action}`,
      `Status: ${status}`,
      'Diagnostic-Code: smtp; 550 no such user here',
      '',
      '--dsn--',
      '',
    ].join('\r\n'),
  });

  test('that reports a hard bounce suppresses the address', async () => {
    const mail = await sent(world);
    const result = await receive(world, blobs, report(mail, '5.1.1', 'failed'));
    expect(result).toMatchObject({ kind: 'bounce', effect: 'hard_bounce' });
    expect(await suppressions(mail)).toEqual([
      { reason: 'hard_bounce', source: 'bounce_mail', message_id: mail.messageId },
    ]);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'bounced' });
  });

  test('that reports a hard bounce of somebody behind the address suppresses nobody', async () => {
    const mail = await sent(world);
    const behind = { ...mail, address: 'gone@corp.example' };
    const result = await receive(world, blobs, report(behind, '5.1.1', 'failed'));
    expect(result).toMatchObject({ kind: 'bounce', effect: null });
    expect(await suppressions(mail)).toEqual([]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test.each([
    ['a full mailbox', '5.2.2', 'failed'],
    ['a delay', '4.4.1', 'delayed'],
  ])('that reports %s is only recorded', async (_what, status, action) => {
    const mail = await sent(world);
    const result = await receive(world, blobs, report(mail, status, action));
    expect(result).toMatchObject({ kind: 'bounce', effect: null });
    expect(await suppressions(mail)).toEqual([]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test('that reports a bounce to nobody’s address suppresses nobody: anybody can write one', async () => {
    const mail = await sent(world);
    const forged = { ...report(mail, '5.1.1', 'failed'), to: 'anybody@replies.example.com' };
    expect(await receive(world, blobs, forged)).toMatchObject({ kind: 'bounce', effect: null });
    expect(await suppressions(mail)).toEqual([]);
  });

  test('that complains suppresses the address', async () => {
    const mail = await sent(world);
    const smtpId = await reported(mail);
    const result = await receive(world, blobs, {
      from: 'fbl@provider.example',
      subject: 'complaint',
      body: [
        'Content-Type: multipart/report; report-type=feedback-report; boundary=arf',
        '',
        '--arf',
        'Content-Type: text/plain',
        '',
        'This is an email abuse report.',
        '--arf',
        'Content-Type: message/feedback-report',
        '',
        'Feedback-Type: abuse',
        'User-Agent: Some/1.0',
        'Version: 1',
        '',
        '--arf',
        'Content-Type: message/rfc822',
        '',
        `Message-ID: ${smtpId}`,
        'From: ann@example.com',
        'Subject: Hello',
        '',
        'Hello',
        '--arf--',
        '',
      ].join('\r\n'),
    });
    expect(result).toMatchObject({ kind: 'complaint', effect: 'spamreport' });
    expect(await suppressions(mail)).toEqual([
      { reason: 'spamreport', source: 'complaint_mail', message_id: mail.messageId },
    ]);
  });

  const DAY = 86_400_000;
  /** An answer that names the day of the return, some weeks ahead. */
  function awayAnswer(mail: Enrolled) {
    const back = new Date(world.clock.now() + 40 * DAY).toLocaleDateString('en-GB', {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    });
    return {
      from: mail.address,
      to: replyAddressOf(mail),
      subject: 'Out of office: Hello',
      headers: ['Auto-Submitted: auto-replied'],
      text: `I am out of the office until ${back} and will answer when I am back.`,
    };
  }
  const dueAt = async ({ enrollmentId }: Enrolled) => {
    const rows = await world.rows<{ at: number }>(
      `SELECT epoch_ms(due_at) AS at FROM scheduled_actions
       WHERE enrollment_id = ? AND status = 'pending'`,
      enrollmentId,
    );
    return rows[0]?.at ?? 0;
  };

  test('of somebody away holds the campaign until they are back', async () => {
    const mail = await sent(world);
    const before = await dueAt(mail);
    const result = await receive(world, blobs, awayAnswer(mail));
    expect(result).toMatchObject({ kind: 'out_of_office', effect: 'away' });
    const [row] = await inboundOf(world, mail.tenant.tenantId);
    expect(row?.return_on).not.toBeNull();
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
    expect(await events(mail)).toEqual([]);
    const heldForDays = ((await dueAt(mail)) - before) / DAY;
    expect(heldForDays).toBeGreaterThan(38);
    expect(heldForDays).toBeLessThan(46);
  });

  test('of somebody away holds nothing where nobody vouches for it, or nothing is under way', async () => {
    const mail = await sent(world);
    const before = await dueAt(mail);
    const answer = awayAnswer(mail);
    expect(await receive(world, blobs, answer, { verdict: 'unverified' })).toMatchObject({
      effect: null,
    });
    expect(await dueAt(mail)).toBe(before);
    await stop(world, mail);
    expect(await receive(world, blobs, answer)).toMatchObject({ effect: null });
  });

  test('that replies ends what colleagues take part in, where their plan says so', async () => {
    const tenant = await world.createTenant({ ...TWO_STEPS, companyStop: true });
    const [mail, colleague] = [await sent(world, tenant), await sent(world, tenant)];
    const leadId = newId();
    await world.rows(
      'INSERT INTO leads (tenant_id, id, name) VALUES (?, ?, ?)',
      tenant.tenantId,
      leadId,
      leadId,
    );
    await world.rows(
      'UPDATE contacts SET lead_id = ? WHERE tenant_id = ?',
      leadId,
      tenant.tenantId,
    );
    await receive(world, blobs, { from: mail.address, to: replyAddressOf(mail) });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ end_reason: 'replied' });
    expect(await enrollmentOf(world, colleague.enrollmentId)).toMatchObject({
      status: 'stopped',
      end_reason: 'company_replied',
    });
  });

  const TICKET = {
    subject: '[Ticket #123] We have received your request',
    headers: ['Auto-Submitted: auto-replied', 'X-Autoreply: yes'],
    text: 'Your request has been received. A ticket was opened.',
  };
  /** A message of which nothing is known, since its hand-off had no answer. */
  const sentUnknown = () =>
    sent(world, undefined, {
      send: () => Promise.resolve({ kind: 'unknown', reason: 'no answer' }),
      close: () => Promise.resolve(),
    });

  test.each<[string, (mail: Enrolled) => TestMail]>([
    ['somebody away', awayAnswer],
    ['a machine', (mail) => ({ ...TICKET, from: mail.address, to: replyAddressOf(mail) })],
    ['a server that will try again', (mail) => report(mail, '4.4.1', 'delayed')],
    ['a full mailbox', (mail) => report(mail, '5.2.2', 'failed')],
  ])('of %s proves that a mail was accepted of which nothing was known', async (_what, answer) => {
    const mail = await sentUnknown();
    await receive(world, blobs, answer(mail));
    expect(await messagesOf(world, mail.enrollmentId)).toMatchObject({ first: 'sent' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
    expect(await liveActions(world, mail.enrollmentId)).not.toEqual([]);
    expect(await events(mail)).toEqual([]);
  });

  test.each([
    ['found by its sender alone', {}],
    ['that nobody vouches for', { verdict: 'unverified' }],
  ] as const)('of a machine %s proves nothing', async (what, posted) => {
    const mail = await sentUnknown();
    const to = what.startsWith('found') ? {} : { to: replyAddressOf(mail) };
    await receive(world, blobs, { ...TICKET, from: mail.address, ...to }, posted);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'unknown' });
  });

  test('of a machine is only recorded', async () => {
    const mail = await sent(world);
    const result = await receive(world, blobs, {
      ...TICKET,
      from: mail.address,
      to: replyAddressOf(mail),
    });
    expect(result).toMatchObject({ kind: 'auto_reply', effect: null });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
    expect(await events(mail)).toEqual([]);
  });
});

test('what was attached is kept beside the mail', async () => {
  const mail = await sent(world);
  await receive(world, blobs, {
    to: replyAddressOf(mail),
    body: [
      'Content-Type: multipart/mixed; boundary=mix',
      '',
      '--mix',
      'Content-Type: text/plain',
      '',
      'Here it is, as promised. Best, Grace',
      '--mix',
      'Content-Type: application/pdf',
      'Content-Disposition: attachment; filename="off er.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('%PDF').toString('base64'),
      '--mix--',
      '',
    ].join('\r\n'),
  });
  const kept = await world.rows<{ filename: string; bytes: number; blob_key: string }>(
    'SELECT filename, content_type, bytes, blob_key FROM inbound_attachments WHERE tenant_id = ?',
    mail.tenant.tenantId,
  );
  expect(kept).toMatchObject([
    { filename: 'off er.pdf', content_type: 'application/pdf', bytes: 4 },
  ]);
  expect(blobs.kept.get(kept[0]?.blob_key ?? '')?.toString()).toBe('%PDF');
});

test('a reply that comes while a click has moved the person stops them where they are', async () => {
  const mail = await sent(world);
  await deliver(world, [providerEvent(world, mail, 'opened')]);
  expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'third' });
  await receive(world, blobs, { to: replyAddressOf(mail) });
  expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'stopped' });
  expect(await messagesOf(world, mail.enrollmentId)).toMatchObject({ third: 'canceled' });
});
