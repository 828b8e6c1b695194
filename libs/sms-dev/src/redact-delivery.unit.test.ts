import { createStandIn, personPattern, type RedactionRule } from '@cadenza/domain';
import { expect, test } from 'vitest';
import { parseSmsDelivery, redactSmsDelivery, redactSmsReport } from './index.ts';

const standIn = createStandIn('a secret for tests, of 32 bytes or more');
const ADA = { address: '+12025550100', standIn: standIn('+12025550100') };
const MENTIONS = new RegExp(personPattern(ADA.address), 'i');

/** Takes Ada out, of what is hers and of what mentions her. */
const rule: RedactionRule = ({ event, text }) =>
  MENTIONS.test(text) ? { addresses: [ADA], own: event?.recipient === ADA.address } : null;

let messages = 0;
const message = (from: string, text: string) => ({
  type: 'message',
  id: String((messages += 1)),
  from,
  to: '+13035550000',
  text,
  at: 1_700_000_000_000,
});

function eventsOf(payload: Uint8Array) {
  const read = parseSmsDelivery(payload);
  if (!read.ok) throw new Error(read.reason);
  return read.events.map(({ event: { dedupeKey, type } }) => ({ dedupeKey, type }));
}

test('a delivery loses the number and the words, and holds the same events as before', () => {
  const bob = message('+12025550111', `I have it from ${ADA.address}`);
  const list = [message('+1 (202) 555-0100', 'my secret'), message(ADA.address, ' stop. '), bob];
  const payload = Buffer.from(JSON.stringify(list));
  const redacted = redactSmsDelivery(payload, rule) ?? Buffer.alloc(0);
  const [first, second, third] = JSON.parse(redacted.toString()) as object[];
  expect(first).toEqual({ ...list[0], from: ADA.standIn, text: '' });
  expect(second).toEqual({ ...list[1], from: ADA.standIn, text: 'STOP' });
  expect(third).toMatchObject({ from: bob.from, text: `I have it from ${ADA.standIn}` });
  expect(eventsOf(redacted)).toEqual(eventsOf(payload));
  expect(redactSmsDelivery(redacted, rule)).toBeNull();
});

test('what is nobody’s stays as it is, and what cannot be read loses the number', () => {
  expect(redactSmsDelivery(Buffer.from(JSON.stringify([message('+49', 'Hi')])), rule)).toBeNull();
  const unread = redactSmsDelivery(Buffer.from(`no JSON of ${ADA.address}`), rule);
  expect(unread?.toString()).toBe(`no JSON of ${ADA.standIn}`);
});

test('an element that is no report loses the number, and its words where it is theirs', () => {
  const of = (from: string) => ({ from, text: `call ${ADA.address}` });
  expect(redactSmsReport(of(ADA.address), rule)).toEqual({ from: ADA.standIn, text: '' });
  expect(redactSmsReport(of('Bob'), rule)).toEqual({ from: 'Bob', text: `call ${ADA.standIn}` });
});
