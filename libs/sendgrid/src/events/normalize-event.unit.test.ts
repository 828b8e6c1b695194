import { describe, expect, test } from 'vitest';
import { normalizeEvent } from './normalize-event.ts';

const TENANT = '0190f2b0-0000-7000-8000-000000000001';
const MESSAGE = '0190f2b0-0000-7000-8000-000000000002';
const BASE = {
  email: 'Ann.Lee@Example.com',
  timestamp: 1_800_000_000,
  sg_event_id: 'ev1',
  sg_message_id: 'abc.recvd-1.0',
  'smtp-id': '<abc@ismtpd>',
  cadenza_tenant_id: TENANT,
  cadenza_message_id: MESSAGE,
  cadenza_attempt: '2',
};

function eventOf(fields: Record<string, unknown>) {
  const result = normalizeEvent({ ...BASE, ...fields });
  if (!result.ok) throw new Error(result.problem.message);
  return result.event;
}

const NOTHING_SAID = {
  actor: 'unknown',
  machineSign: null,
  url: null,
  urlOffset: null,
  reason: null,
  statusCode: null,
  bounceKind: null,
  bounceClassification: null,
};

describe('each of SendGrid’s types', () => {
  test.each<[Record<string, unknown>, Record<string, unknown>]>([
    [{ event: 'processed' }, { type: 'processed' }],
    [
      { event: 'deferred', response: '451 4.7.1 try later', attempt: '3' },
      { type: 'deferred', reason: '451 4.7.1 try later', statusCode: '4.7.1' },
    ],
    [
      { event: 'delivered', response: '250 OK' },
      { type: 'delivered', reason: '250 OK' },
    ],
    [
      { event: 'bounce', type: 'bounce', reason: '550 no such user', status: '5.1.1' },
      { type: 'bounced', reason: '550 no such user', statusCode: '5.1.1', bounceKind: 'hard' },
    ],
    [
      {
        event: 'bounce',
        type: 'bounce',
        status: '5.2.2',
        bounce_classification: 'Mailbox Unavailable',
      },
      {
        type: 'bounced',
        statusCode: '5.2.2',
        bounceKind: 'soft',
        bounceClassification: 'Mailbox Unavailable',
      },
    ],
    [
      { event: 'bounce', type: 'bounce', status: '', reason: '552-5.2.2 over quota' },
      { type: 'bounced', statusCode: '5.2.2', reason: '552-5.2.2 over quota', bounceKind: 'soft' },
    ],
    [
      { event: 'bounce', type: 'bounce', status: '550', reason: 'unrouteable' },
      { type: 'bounced', reason: 'unrouteable', bounceKind: 'hard' },
    ],
    [
      { event: 'bounce', status: '5.1.1' },
      { type: 'bounced', statusCode: '5.1.1', bounceKind: 'hard' },
    ],
    [
      {
        event: 'bounce',
        type: 'blocked',
        reason: 'spam',
        status: '5.7.1',
        bounce_classification: 'Content',
      },
      { type: 'blocked', reason: 'spam', statusCode: '5.7.1', bounceClassification: 'Content' },
    ],
    [
      { event: 'dropped', reason: 'Bounced Address', status: '5.0.0' },
      { type: 'dropped', reason: 'Bounced Address', statusCode: '5.0.0' },
    ],
    [{ event: 'open' }, { type: 'opened', actor: 'human' }],
    [
      { event: 'open', sg_machine_open: false },
      { type: 'opened', actor: 'human' },
    ],
    [
      { event: 'open', sg_machine_open: true },
      { type: 'opened', actor: 'machine', machineSign: 'machine_open' },
    ],
    [
      { event: 'open', sg_machine_open: 'true' },
      { type: 'opened', actor: 'machine', machineSign: 'machine_open' },
    ],
    [
      { event: 'open', sg_machine_open: 1 },
      { type: 'opened', actor: 'machine', machineSign: 'machine_open' },
    ],
    [
      { event: 'open', sg_machine_open: { odd: 1 } },
      { type: 'opened', actor: 'human' },
    ],
    [
      { event: 'click', url: 'https://a.example/?q=1', url_offset: { index: 3, type: 'html' } },
      { type: 'clicked', actor: 'human', url: 'https://a.example/?q=1', urlOffset: '3:html' },
    ],
    [
      { event: 'click', url: 'https://a.example/', url_offset: { index: '3', type: 'text' } },
      { type: 'clicked', actor: 'human', url: 'https://a.example/', urlOffset: '3:text' },
    ],
    [
      { event: 'click', url: 'https://a.example/', url_offset: 'odd', useragent: 'bingbot/2.0' },
      { type: 'clicked', actor: 'machine', machineSign: 'user_agent', url: 'https://a.example/' },
    ],
    [{ event: 'spamreport' }, { type: 'spamreport' }],
    [{ event: 'unsubscribe' }, { type: 'unsubscribed' }],
    [{ event: 'group_unsubscribe', asm_group_id: 10 }, { type: 'unsubscribed' }],
    [{ event: 'group_resubscribe', asm_group_id: 10 }, { type: 'resubscribed' }],
    [
      { event: 'account_status_change', type: 'compliance_suspend' },
      { type: 'account_status_change' },
    ],
    [{ event: 'received' }, { type: 'other' }],
    [{ event: 'cancel_drop' }, { type: 'other' }],
    [{ event: 'toString' }, { type: 'other' }],
  ])('%j', (fields, expected) => {
    expect(eventOf(fields)).toEqual({
      ...NOTHING_SAID,
      rawType: fields['event'],
      at: 1_800_000_000_000,
      reference: { tenantId: TENANT, messageId: MESSAGE, attempt: 2 },
      providerMessageId: 'abc.recvd-1.0',
      providerEventId: 'ev1',
      smtpId: '<abc@ismtpd>',
      recipient: 'ann.lee@example.com',
      dedupeKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      raw: { ...BASE, ...fields },
      ...expected,
    });
  });
});

describe('odd forms', () => {
  test.each([
    ['a fraction', 1_800_000_000.5, 1_800_000_000_500],
    ['text', '1800000000', 1_800_000_000_000],
    ['a fraction as text', '1800000000.25', 1_800_000_000_250],
  ])('a timestamp may be %s', (_, timestamp, at) => {
    expect(eventOf({ event: 'open', timestamp }).at).toBe(at);
  });

  test.each([
    ['no argument', { cadenza_message_id: undefined }],
    ['a message id that is no id', { cadenza_message_id: '42' }],
    ['a tenant id that is no id', { cadenza_tenant_id: "' OR 1=1" }],
    ['an attempt of 0', { cadenza_attempt: '0' }],
    ['a negative attempt', { cadenza_attempt: '-1' }],
    ['an attempt with a fraction', { cadenza_attempt: '1.5' }],
    ['an attempt beyond all attempts', { cadenza_attempt: '99999999999' }],
    ['an object for an id', { cadenza_message_id: { $ne: null } }],
  ])('there is no reference with %s', (_, fields) => {
    expect(eventOf({ event: 'open', ...fields }).reference).toBeNull();
  });

  test('a reference is read whatever its case, its attempt as a number too', () => {
    const fields = { cadenza_message_id: MESSAGE.toUpperCase(), cadenza_attempt: 2 };
    expect(eventOf({ event: 'open', ...fields }).reference).toEqual({
      tenantId: TENANT,
      messageId: MESSAGE,
      attempt: 2,
    });
  });

  test('only our own names are read, not their neighbours', () => {
    const fields = { tenant_id: 'x', message_id: 'y', attempt: '9', category: ['a', 'b'] };
    expect(eventOf({ event: 'deferred', ...fields }).reference?.attempt).toBe(2);
  });

  test('an asynchronous bounce may lack nearly everything', () => {
    const result = normalizeEvent({ event: 'bounce', timestamp: 1, status: '5.1.1' });
    expect(result).toMatchObject({
      ok: true,
      event: {
        type: 'bounced',
        reference: null,
        providerMessageId: null,
        providerEventId: null,
        smtpId: null,
        recipient: null,
        bounceKind: 'hard',
      },
    });
  });

  test('fields of another form count as absent', () => {
    const odd = { email: ['x'], reason: { a: 1 }, url: 7, sg_message_id: null, 'smtp-id': '' };
    expect(eventOf({ event: 'open', ...odd })).toMatchObject({
      recipient: null,
      reason: null,
      url: '7',
      providerMessageId: null,
      smtpId: null,
    });
  });
});

describe('what cannot be an event', () => {
  test.each([
    [null, 'event', 'not_an_object', 'null: expected an event object'],
    [
      'ann@example.com',
      'event',
      'not_an_object',
      'a value of type string: expected an event object',
    ],
    [[1], 'event', 'not_an_object', 'an array: expected an event object'],
    [{ timestamp: 1 }, 'event.event', 'missing_type', 'expected the type of the event as text'],
    [
      { event: {}, timestamp: 1 },
      'event.event',
      'missing_type',
      'expected the type of the event as text',
    ],
    [
      { event: 'open' },
      'event.timestamp',
      'invalid_timestamp',
      'nothing: expected seconds since 1970, above 0',
    ],
    [
      { event: 'open', timestamp: -1 },
      'event.timestamp',
      'invalid_timestamp',
      '-1: expected seconds since 1970, above 0',
    ],
    [
      { event: 'open', timestamp: 1e300 },
      'event.timestamp',
      'invalid_timestamp',
      '1e+300: expected seconds since 1970, above 0',
    ],
    [
      { event: 'open', timestamp: 'soon' },
      'event.timestamp',
      'invalid_timestamp',
      'a value of type string: expected seconds since 1970, above 0',
    ],
  ])('%j', (value, path, code, message) => {
    expect(normalizeEvent(value)).toEqual({ ok: false, problem: { path, code, message } });
  });
});

describe('the key against duplicates', () => {
  const key = (fields: Record<string, unknown>) => eventOf({ event: 'click', ...fields }).dedupeKey;
  const first = key({});

  test.each([
    ['another event id', { sg_event_id: 'ev2' }],
    ['no event id', { sg_event_id: undefined }],
    ['another provider message id, our reference being there', { sg_message_id: 'z' }],
    ['another address, our reference being there', { email: 'x@example.com' }],
    ['another user agent', { useragent: 'x' }],
    ['the time as text', { timestamp: '1800000000' }],
  ])('is the same with %s', (_, fields) => {
    expect(key(fields)).toBe(first);
  });

  test.each([
    ['another type', { event: 'open' }],
    ['another time', { timestamp: 1_800_000_001 }],
    ['another url', { url: 'https://a.example' }],
    ['another offset', { url_offset: { index: 0, type: 'html' } }],
    ['another message', { cadenza_message_id: TENANT }],
    ['another attempt', { cadenza_attempt: '3' }],
    ['no reference', { cadenza_attempt: undefined }],
  ])('differs with %s', (_, fields) => {
    expect(key(fields)).not.toBe(first);
  });

  test('without a reference the provider’s message and the address count', () => {
    const lost = { cadenza_attempt: undefined };
    expect(key({ ...lost, sg_message_id: 'z' })).not.toBe(key(lost));
    expect(key({ ...lost, email: 'bob@example.com' })).not.toBe(key(lost));
    expect(key({ ...lost, email: 'ANN.LEE@example.com' })).toBe(key(lost));
  });

  test.each([
    ['a', 'b,c', 'a,b', 'c'],
    ['a', 'b","c', 'a","b', 'c'],
  ])('has a border between %s and %s, not as between %s and %s', (a, b, c, d) => {
    const lost = { cadenza_attempt: undefined };
    const one = key({ ...lost, sg_message_id: a, email: b });
    expect(one).not.toBe(key({ ...lost, sg_message_id: c, email: d }));
  });

  test('tells a bounce from a block, and the two kinds of unsubscribing', () => {
    expect(key({ event: 'bounce', type: 'blocked' })).not.toBe(key({ event: 'bounce' }));
    expect(key({ event: 'unsubscribe' })).not.toBe(key({ event: 'group_unsubscribe' }));
  });
});
