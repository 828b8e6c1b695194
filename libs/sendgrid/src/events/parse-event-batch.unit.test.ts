import { describe, expect, test } from 'vitest';
import { parseEventBatch } from './parse-event-batch.ts';

const parse = (text: string) => parseEventBatch(Buffer.from(text));
const OPEN = '{"event":"open","timestamp":1800000000}';

test.each([
  ['', 'not_json'],
  ['[{]', 'not_json'],
  ['event=open', 'not_json'],
  ['{"event":"open"}', 'not_an_array'],
  ['null', 'not_an_array'],
  ['"[]"', 'not_an_array'],
])('the body %j fails as a whole: %s', (text, code) => {
  expect(parse(text)).toMatchObject({ ok: false, problem: { path: '', code } });
});

test('an empty batch is a batch', () => {
  expect(parse('[]\r\n')).toEqual({ ok: true, events: [] });
});

describe('a bad element costs none of its neighbours', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  test.each([
    ['null', 'not_an_object', '[1]'],
    ['7', 'not_an_object', '[1]'],
    ['[]', 'not_an_object', '[1]'],
    ['{"timestamp":1}', 'missing_type', '[1].event'],
    ['{"event":"open"}', 'invalid_timestamp', '[1].timestamp'],
    ['{"event":"open","timestamp":1,"event":"click"}', 'duplicate_key', '[1]'],
    [`{"event":"open","timestamp":1,"x":${deep}}`, 'too_deep', '[1]'],
  ])('%.60s', (bad, code, path) => {
    const batch = parse(`[${OPEN}, ${bad} ,${OPEN}]`);
    expect(batch).toMatchObject({
      ok: true,
      events: [
        { ok: true, index: 0, event: { type: 'opened' } },
        { ok: false, index: 1, problem: { code, path } },
        { ok: true, index: 2, event: { type: 'opened' } },
      ],
    });
    if (!batch.ok) throw new Error('no batch');
    expect(batch.events[1]).toHaveProperty('rawText', bad);
  });
});

test('more elements than any batch has are refused as a whole', () => {
  const batch = (elements: number) => parse(`[${'1,'.repeat(elements - 1)}1]`);
  expect(batch(50_001)).toMatchObject({ ok: false, problem: { code: 'too_many' } });
  const most = batch(50_000);
  expect(most.ok && most.events).toHaveLength(50_000);
});

test('invalid UTF-8 is replaced where it stands', () => {
  const body = Buffer.concat([
    Buffer.from('[{"event":"bounce","timestamp":1,"reason":"a'),
    Buffer.from([0xff]),
    Buffer.from(`b"},${OPEN}]`),
  ]);
  expect(parseEventBatch(body)).toMatchObject({
    events: [{ event: { reason: 'a\ufffdb' } }, { event: { type: 'opened' } }],
  });
});

test('characters that PostgreSQL refuses are replaced, in the raw event too', () => {
  const batch = parse(
    '[{"event":"bounce","timestamp":1,"reason":"a\\u0000b\\ud800","x":{"k\\u0000":["\\udfff"]}}]',
  );
  expect(batch).toMatchObject({
    events: [
      {
        event: {
          reason: 'a\ufffdb\ufffd',
          raw: { reason: 'a\ufffdb\ufffd', x: { 'k\ufffd': ['\ufffd'] } },
        },
      },
    ],
  });
});

test('keys of object prototypes are only keys', () => {
  const batch = parse('[{"event":"open","timestamp":1,"__proto__":{"email":"x@y.example"}}]');
  expect(batch).toMatchObject({ ok: true, events: [{ ok: true, event: { recipient: null } }] });
  expect({}).not.toHaveProperty('email');
});
