import { gzipSync } from 'node:zlib';
import type { Random } from '../random.ts';
import { eventOf, type KnownMessage } from './events.ts';

/** A body with the headers that go with it, its signature aside. */
export interface FuzzedBody {
  /** What was done to it, for the report. */
  readonly kind: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface BodyOptions {
  readonly messages: readonly KnownMessage[];
  readonly nowSeconds: number;
  /** Bytes that the server takes. */
  readonly maxBytes: number;
}

/** Pieces that parsers stumble over. */
const PIECES: readonly [string, ...string[]] = [
  '\\u0000',
  '\\ud800',
  '\\',
  '"',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '[[[[[[[[[[[[[[[[[[[[',
  '{"a":{"a":{"a":',
  '"event":"open",',
  '"__proto__":{"x":1},',
  '1e999',
  '-0',
  'null',
  'NaN',
  '/*',
  '\ufeff',
  '\u2028',
  '\0',
  '🙂',
];

const JSON_TYPE = { 'content-type': 'application/json' };

/** The next body of a seed: an ordinary batch, or one of many ways to spoil it. */
export function bodyOf(random: Random, options: BodyOptions): FuzzedBody {
  const [kind, make] = random.pick(KINDS);
  const made = make(random, options);
  return Buffer.isBuffer(made)
    ? { kind, body: made, headers: JSON_TYPE }
    : { kind, body: made.body, headers: { ...JSON_TYPE, ...made.headers } };
}

type Made = Buffer | Pick<FuzzedBody, 'body' | 'headers'>;
type Kind = readonly [name: string, make: (random: Random, options: BodyOptions) => Made];

/** What comes often stands several times. */
const KINDS: readonly [Kind, ...Kind[]] = [
  ['batch', batch],
  ['batch', batch],
  ['batch', batch],
  ['bytes changed', (random, options) => changed(random, batch(random, options))],
  ['bytes changed', (random, options) => changed(random, batch(random, options))],
  ['pieces put in', (random, options) => spliced(random, batch(random, options))],
  ['pieces put in', (random, options) => spliced(random, batch(random, options))],
  ['cut short', (random, options) => cut(random, batch(random, options))],
  ['a part doubled', (random, options) => doubled(random, batch(random, options))],
  ['mixed with what is no event', mixed],
  ['deep', deep],
  ['many elements', many],
  ['one strange text', (random) => Buffer.from(random.pick(WHOLE))],
  [
    'noise',
    (random) => Buffer.from(Array.from({ length: random.int(300) }, () => random.int(256))),
  ],
  [
    'gzip',
    (random, options) => ({
      body: gzipSync(batch(random, options)),
      headers: { 'content-encoding': 'gzip' },
    }),
  ],
  [
    'another encoding',
    (random, options) => {
      const text = batch(random, options).toString();
      const encoding = random.pick(['utf16le', 'latin1', 'base64', 'hex'] as const);
      return {
        body: random.percent(50)
          ? Buffer.from(text, encoding)
          : Buffer.from(`\ufeff${text}`, 'utf16le'),
        headers: { 'content-type': 'application/json; charset=utf-16' },
      };
    },
  ],
  [
    'another type',
    (random, options) => ({
      body: batch(random, options),
      headers: {
        'content-type': random.pick(['text/plain', 'application/x-unheard-of', 'image/png']),
      },
    }),
  ],
  ['large', (random, { maxBytes }) => Buffer.alloc(maxBytes - random.int(3), '[1,"a"],')],
  ['too large', (random, { maxBytes }) => Buffer.alloc(maxBytes + 1 + random.int(9_000), 'x')],
];

const WHOLE: readonly [string, ...string[]] = [
  '',
  ' ',
  '[]',
  '[ ]\r\n',
  '{}',
  'null',
  '0',
  '"text"',
  'true',
  '[null]',
  '[[]]',
  '[{}]',
  '[,]',
  '[1,]',
  '\ufeff[]',
  '\ufeff',
  '<xml/>',
  'a=b&c=d',
  '[{"event":"open","event":"click","timestamp":1}]',
  '[{"timestamp":1e400,"event":"open"}]',
];

function batch(random: Random, { messages, nowSeconds }: BodyOptions): Buffer {
  const length = 1 + random.int(random.percent(5) ? 60 : 5);
  const events = Array.from({ length }, () => eventOf(random, messages, nowSeconds));
  return Buffer.from(`${JSON.stringify(events)}\r\n`);
}

function changed(random: Random, body: Buffer): Buffer {
  const copy = Buffer.from(body);
  for (let n = 1 + random.int(8); n > 0; n -= 1) copy[random.int(copy.length)] = random.int(256);
  return copy;
}

function spliced(random: Random, body: Buffer): Buffer {
  const at = random.int(body.length);
  const gone = random.percent(50) ? random.int(20) : 0;
  const pieces = Array.from({ length: 1 + random.int(3) }, () => random.pick(PIECES));
  return Buffer.concat([
    body.subarray(0, at),
    Buffer.from(pieces.join('')),
    body.subarray(at + gone),
  ]);
}

function cut(random: Random, body: Buffer): Buffer {
  const kept = random.int(body.length);
  return random.percent(50) ? body.subarray(0, kept) : body.subarray(kept);
}

function doubled(random: Random, body: Buffer): Buffer {
  const from = random.int(body.length);
  const to = from + random.int(body.length - from);
  return Buffer.concat([body.subarray(0, to), body.subarray(from)]);
}

function mixed(random: Random, options: BodyOptions): Buffer {
  const good = () => JSON.stringify(eventOf(random, options.messages, options.nowSeconds));
  const parts = Array.from({ length: 1 + random.int(6) }, () =>
    random.percent(50) ? good() : random.pick(ELEMENTS),
  );
  return Buffer.from(`[${parts.join(random.pick([',', ' , ', ',\n']))}]`);
}

const ELEMENTS: readonly [string, ...string[]] = [
  'null',
  '1',
  '"event"',
  '[]',
  '{}',
  '[{"event":"open"}]',
  '{"event":1,"timestamp":1}',
  '{"event":"open","timestamp":"soon"}',
  '{"event":"open","timestamp":1,"\\u0065vent":"click"}',
  `{"event":"open","timestamp":1,"a":${'['.repeat(40)}${']'.repeat(40)}}`,
];

function deep(random: Random, { maxBytes }: BodyOptions): Buffer {
  const [open, close] = random.pick<readonly [open: string, close: string]>([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"event":', '}]'],
  ]);
  const most = Math.floor((maxBytes - 10) / (open.length + close.length));
  const levels = 1 + random.int(most);
  const inner = `${open.repeat(levels)}1${random.percent(80) ? close.repeat(levels) : ''}`;
  return Buffer.from(random.percent(50) ? `[${inner}]` : inner);
}

function many(random: Random, { maxBytes }: BodyOptions): Buffer {
  // More than are taken, now and then; few in most, since each is put aside as a row of its own.
  if (random.percent(3)) return Buffer.from(`[${'1,'.repeat(maxBytes / 2 - 2)}1]`);
  const element = random.pick(['1', '{}', '""', '[]']);
  return Buffer.from(`[${Array.from({ length: random.int(200) }, () => element).join(',')}]`);
}
