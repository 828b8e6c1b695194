import { createStandIn, personPattern, type RedactionRule } from '@cadenza/domain';
import { describe, expect, test } from 'vitest';
import { parseDelivery, redactDelivery, redactQuarantined } from '../index.ts';

const standIn = createStandIn('a secret for tests, of 32 bytes or more');
const ADA = { address: 'ada@example.com', standIn: standIn('ada@example.com') };
const MENTIONS = new RegExp(personPattern(ADA.address), 'i');

/** Takes Ada out, of what is about her and of what mentions her. */
const rule: RedactionRule = ({ event, text }) =>
  MENTIONS.test(text) ? { addresses: [ADA], own: event?.recipient === ADA.address } : null;

const click = {
  event: 'click',
  timestamp: 1_700_000_000,
  email: 'Ada@Example.com',
  sg_message_id: 'abc.filter',
  ip: '203.0.113.7',
  useragent: 'Mozilla/5.0',
  url: 'https://shop.example.org/offer?who=ada%40example.com#token',
};
const other = {
  event: 'open',
  timestamp: 1_700_000_001,
  email: 'bob@example.com',
  ip: '198.51.100.1',
};

function keysOf(payload: Uint8Array) {
  const read = parseDelivery(payload);
  if (!read.ok) throw new Error(read.reason);
  return read.events.map(({ event }) => event.dedupeKey);
}

describe('a delivery', () => {
  const bob = JSON.stringify(other, null, 1);
  const payload = Buffer.from(`[${JSON.stringify(click)} ,\n ${bob}]`);
  const redacted = redactDelivery(payload, rule) ?? Buffer.alloc(0);

  test('loses the person, and what tells of them', () => {
    const text = redacted.toString();
    expect(text.toLowerCase()).not.toContain('ada');
    expect(text).not.toContain('203.0.113.7');
    expect(text).not.toContain('Mozilla');
    expect((JSON.parse(text) as unknown[])[0]).toMatchObject({
      email: ADA.standIn,
      url: 'https://shop.example.org',
      sg_message_id: 'abc.filter',
    });
  });

  test('keeps the others to the byte', () => {
    expect(redacted.toString()).toContain(` ,\n ${bob}]`);
  });

  test('holds the same events as before', () => {
    expect(keysOf(redacted)).toEqual(keysOf(payload));
    expect(redactDelivery(redacted, rule)).toBeNull();
  });

  test('without the person is not touched', () => {
    expect(redactDelivery(Buffer.from(JSON.stringify([other])), rule)).toBeNull();
  });
});

test('a body that is no JSON loses the address, and nothing else', () => {
  const payload = Buffer.from([0xff, ...Buffer.from('{"email":"ada@example.com"'), 0xfe]);
  const redacted = redactDelivery(payload, rule);
  expect(redacted?.at(0)).toBe(0xff);
  expect(redacted?.at(-1)).toBe(0xfe);
  expect(redacted?.toString('latin1')).toContain(`"email":"${ADA.standIn}"`);
});

test('what was put aside loses the person as well, in either form', () => {
  expect(redactQuarantined(click, rule)).toMatchObject({ email: ADA.standIn, event: 'click' });
  expect(redactQuarantined({ text: '{"email":"ada@example.com"' }, rule)).toEqual({
    text: `{"email":"${ADA.standIn}"`,
  });
  expect(redactQuarantined(other, rule)).toBe(other);
});
