import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeEvent, parseEventBatch } from '../src/index.ts';
import { scanElements } from '../src/events/json-scan.ts';

/** Objects like SendGrid's, with any JSON in any of the fields. */
const eventLike = fc.record(
  {
    event: fc.oneof(fc.constantFrom('open', 'click', 'bounce', 'delivered'), fc.jsonValue()),
    timestamp: fc.oneof(fc.integer({ min: 1, max: 2 ** 32 }), fc.jsonValue()),
    email: fc.oneof(fc.emailAddress(), fc.jsonValue()),
    reason: fc.jsonValue(),
    status: fc.jsonValue(),
    url: fc.jsonValue(),
    url_offset: fc.jsonValue(),
    cadenza_tenant_id: fc.oneof(fc.uuid(), fc.jsonValue()),
    cadenza_message_id: fc.oneof(fc.uuid(), fc.jsonValue()),
    cadenza_attempt: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(parseEventBatch(bytes)).toHaveProperty('ok');
    }),
  );
});

test('every element of an array of any JSON comes out in its place', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(eventLike, fc.jsonValue())), (values) => {
      const batch = parseEventBatch(Buffer.from(JSON.stringify(values)));
      if (!batch.ok) throw new Error(batch.problem.message);
      expect(batch.events.map((item) => item.index)).toEqual(values.map((_, index) => index));
    }),
  );
});

test('the scan finds the same elements as JSON.parse, however they are laid out', () => {
  const layout = fc.constantFrom('', ' ', '\t', '\n  ');
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), layout, (values, space) => {
      const text = `${space}${JSON.stringify(values, null, space)}${space}`;
      const spans = scanElements(text, 1000);
      const texts = spans.map(({ start, end }) => text.slice(start, end));
      expect(texts.map((part): unknown => JSON.parse(part))).toEqual(JSON.parse(text));
      expect(spans.every((span) => span.flaw === null)).toBe(true);
    }),
  );
});

test('an event is read alike alone and among any neighbours', () => {
  fc.assert(
    fc.property(eventLike, fc.array(fc.jsonValue()), fc.array(fc.jsonValue()), (event, a, b) => {
      const read = (values: unknown[]) => {
        const batch = parseEventBatch(Buffer.from(JSON.stringify(values)));
        return batch.ok ? batch.events[values.indexOf(event)] : null;
      };
      const alone = read([event]);
      const among = read([...a, event, ...b]);
      if (alone?.ok !== true) expect(among?.ok).toBe(false);
      else expect(among).toEqual({ ...alone, index: a.length });
    }),
  );
});

test('two events have one key only if they are one event', () => {
  const part = fc.constantFrom('', 'a', 'b', 'a"', '","', 'a,b', '1', ':');
  const parts = fc.record({ url: part, type: part, message: part, recipient: part });
  const keyOf = (p: { url: string; type: string; message: string; recipient: string }) => {
    const result = normalizeEvent({
      event: `x${p.type}`,
      timestamp: 1,
      url: p.url,
      sg_message_id: p.message,
      email: p.recipient,
    });
    return result.ok ? result.event.dedupeKey : null;
  };
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      expect(keyOf(a) === keyOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
    { numRuns: 500 },
  );
});
