import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '@cadenza/sendgrid';
import type { Random } from '../random.ts';
import { SENDGRID_HEADERS, signedHeaders } from '../signature.ts';
import { bodyOf, type BodyOptions, type FuzzedBody } from './bodies.ts';

/** A tenant with a SendGrid account of its own. */
export interface Account {
  readonly tenantId: string;
  readonly key: KeyObject;
}

/** One request, and what must come of it. */
export interface FuzzCase extends FuzzedBody {
  /** How it is signed, for the report. */
  readonly signing: string;
  /** Whose address it is sent to: a tenant's, or with null the platform's. */
  readonly tenantId: string | null;
  /** 0: it is cut off before its end, and answered by nobody. */
  readonly expected: 0 | 204 | 403 | 413;
  readonly chunked: boolean;
  /** Owner and SHA-256 of what is stored if it is taken. */
  readonly storedAs: string;
}

export interface CaseOptions extends BodyOptions {
  readonly platformKey: KeyObject;
  readonly account: Account;
}

/** The next request of a seed. */
export function caseOf(random: Random, options: CaseOptions): FuzzCase {
  const fuzzed = bodyOf(random, options);
  const [signing, make] = random.pick(SIGNINGS);
  const {
    tenantId = null,
    headers,
    sent = fuzzed.body,
    verdict,
  } = make(random, {
    ...options,
    body: fuzzed.body,
  });
  const cutOff = sent.length > 1 && random.percent(1);
  const tooLarge = verdict !== 'headers' && sent.length > options.maxBytes;
  const answered = tooLarge ? 413 : verdict === 'good' ? 204 : 403;
  return {
    ...fuzzed,
    body: sent,
    headers: { ...fuzzed.headers, ...headers },
    signing,
    tenantId,
    // What its headers or its length condemn may be answered before it is cut off.
    expected: cutOff && answered !== 413 && verdict !== 'headers' ? 0 : answered,
    chunked: random.percent(15),
    storedAs: `${tenantId ?? 'platform'} ${createHash('sha256').update(sent).digest('hex')}`,
  };
}

interface Signed {
  readonly tenantId?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, where it is no longer the one that was signed. */
  readonly sent?: Buffer;
  /** Whether it is taken, or refused for its headers alone, or for what they say of the body. */
  readonly verdict: 'good' | 'headers' | 'bad';
}

type Signing = readonly [
  name: string,
  make: (random: Random, options: CaseOptions & { readonly body: Buffer }) => Signed,
];

const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const DAY = 86_400;

const GOOD: Signing = [
  'signed',
  (_random, { body, platformKey, nowSeconds }) => ({
    headers: signature(body, platformKey, nowSeconds),
    verdict: 'good',
  }),
];

/** Those that are taken stand several times, so that enough of them reach the parser. */
const SIGNINGS: readonly [Signing, ...Signing[]] = [
  GOOD,
  GOOD,
  GOOD,
  GOOD,
  GOOD,
  GOOD,
  [
    'signed by a tenant',
    (_random, { body, account, nowSeconds }) => ({
      tenantId: account.tenantId,
      headers: signature(body, account.key, nowSeconds),
      verdict: 'good',
    }),
  ],
  [
    'signed by the platform for a tenant',
    (_random, { body, account, platformKey, nowSeconds }) => ({
      tenantId: account.tenantId,
      headers: signature(body, platformKey, nowSeconds),
      verdict: 'bad',
    }),
  ],
  [
    'signed by a tenant for the platform',
    (_random, { body, account, nowSeconds }) => ({
      headers: signature(body, account.key, nowSeconds),
      verdict: 'bad',
    }),
  ],
  [
    'signed by nobody known',
    (_random, { body, nowSeconds }) => ({
      headers: signature(body, OTHER_KEY, nowSeconds),
      verdict: 'bad',
    }),
  ],
  ['unsigned', () => ({ headers: {}, verdict: 'headers' })],
  [
    'signed days ago or ahead',
    (random, { body, platformKey, nowSeconds }) => ({
      headers: signature(body, platformKey, nowSeconds + random.pick([-2 * DAY, DAY])),
      verdict: 'headers',
    }),
  ],
  [
    'with a header spoilt',
    (random, { body, platformKey, nowSeconds }) => {
      const headers = signature(body, platformKey, nowSeconds);
      const spoilt = random.pick<keyof typeof headers>([SIGNATURE_HEADER, TIMESTAMP_HEADER]);
      const text = headers[spoilt] ?? '';
      const strange = random.pick(['', '%', `${text}=x`, ` ${text} ${text}`, 'A'.repeat(2_000)]);
      return { headers: { ...headers, [spoilt]: strange }, verdict: 'headers' };
    },
  ],
  [
    'with a signature of noise',
    (random, { nowSeconds }) => ({
      headers: {
        [SIGNATURE_HEADER]: Buffer.from(
          Array.from({ length: 1 + random.int(72) }, () => random.int(256)),
        ).toString('base64'),
        [TIMESTAMP_HEADER]: String(nowSeconds),
      },
      verdict: 'bad',
    }),
  ],
  [
    'altered after it was signed',
    (random, { body, platformKey, nowSeconds }) => {
      const sent = Buffer.concat([body, Buffer.from(random.pick([' ', '\n', '0', ']']))]);
      return { headers: signature(body, platformKey, nowSeconds), sent, verdict: 'bad' };
    },
  ],
];

function signature(body: Buffer, key: KeyObject, seconds: number) {
  return signedHeaders(body, { key, seconds, names: SENDGRID_HEADERS });
}
