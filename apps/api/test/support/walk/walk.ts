import { newId } from '@cadenza/domain';
import { CASES, FURTHER_SLOTS } from './cases.ts';
import type { Identifier, Identifiers } from './identifiers.ts';
import type { Operation, Slot } from './operations.ts';
import type { Own } from './own.ts';
import { send, type Answer, type Request } from './request.ts';

export interface WalkOptions {
  readonly baseUrl: string;
  /** Those that an API key opens, each of which has a case. */
  readonly operations: readonly Operation[];
  /** Whose key calls, with its own rows. */
  readonly own: Own;
  /** What the other tenant's rows are told by. */
  readonly theirs: Identifiers;
  /** Stands in the other tenant's rows. */
  readonly secret: string;
}

export interface Walk {
  /** Requests that named something of the other tenant. */
  readonly foreign: number;
  /** Places of requests in which something of the other tenant was named. */
  readonly places: number;
  /** What one tenant learnt of the other, or a case that proves nothing. */
  readonly findings: readonly string[];
}

/** Calls each operation with its caller's own rows, and looks whether the other tenant's show. */
export async function walkOwn(options: WalkOptions): Promise<Walk> {
  const { own, operations, theirs } = options;
  const findings: string[] = [];
  const texts = theirs.texts.map(({ value }) => value);
  for (const operation of operations) {
    const made = await CASES[operation.id]?.(own);
    if (made === undefined) continue;
    const { answers, ...request } = made;
    const answer = await send(options.baseUrl, own.tenant.key, operation, request);
    const expected = answers === undefined ? answer.status < 300 : answer.status === answers;
    if (!expected)
      findings.push(`${operation.id}: its case is answered with ${answer.status} ${answer.text}`);
    const shown = texts.filter((text) => answer.text.includes(text));
    for (const found of [...shown, ...leaked(options, answer)]) {
      findings.push(`${operation.id}: shows ${found}`);
    }
  }
  return { foreign: 0, places: 0, findings };
}

/**
 * Puts each identifier of the other tenant into each place that takes one. The answer must be, byte for
 * byte but for the identifier and the request's id, the one to an identifier that nobody has.
 *
 * @param takes places of which kind.
 */
export async function walkForeign(
  options: WalkOptions,
  takes: readonly Slot['takes'][],
): Promise<Walk> {
  const findings: string[] = [];
  let foreign = 0;
  let places = 0;
  for (const operation of options.operations) {
    const slots = [...operation.slots, ...(FURTHER_SLOTS[operation.id] ?? [])];
    for (const slot of slots.filter((one) => takes.includes(one.takes))) {
      places += 1;
      const walked = await walkPlace(options, operation, slot);
      foreign += walked.foreign;
      findings.push(...walked.findings);
    }
  }
  return { foreign, places, findings };
}

async function walkPlace(
  options: WalkOptions,
  operation: Operation,
  slot: Slot,
): Promise<{ readonly foreign: number; readonly findings: readonly string[] }> {
  const findings: string[] = [];
  const ask = async (value: string): Promise<Answer> => {
    const own: Request = (await CASES[operation.id]?.(options.own)) ?? {};
    const asked = slot.put(own, value);
    return send(options.baseUrl, options.own.tenant.key, operation, asked);
  };
  // The first of equal requests may change something that the others find changed.
  await ask(slot.takes === 'id' ? newId() : `${newId()}@new.example`);
  const wanted = wantedBy(slot, options.theirs);
  const compare = (one: Identifier, named: Answer, absent: string) => {
    const place = `${operation.id} ${slot.name}: ${one.of}`;
    const answer = comparable(slot, named, one, one.value);
    if (answer !== absent) {
      findings.push(`${place} is answered other than what nobody has:\n  ${answer}\n  ${absent}`);
    }
    for (const found of leaked(options, named, one.value)) findings.push(`${place} shows ${found}`);
  };
  if (slot.takes === 'id' && slot.name !== 'query.cursor') {
    // An id that nobody has changes nothing, and has one answer, whichever it is.
    const [first] = wanted;
    if (first === undefined) return { foreign: 0, findings };
    const absent = comparable(slot, await ask(first.twin), first, first.twin);
    for (let begin = 0; begin < wanted.length; begin += AT_ONCE) {
      const some = wanted.slice(begin, begin + AT_ONCE);
      const answers = await Promise.all(some.map(({ value }) => ask(value)));
      for (const [n, one] of some.entries()) {
        const answer = answers[n];
        if (answer !== undefined) compare(one, answer, absent);
      }
    }
  } else {
    for (const one of wanted) {
      const named = await ask(one.value);
      // By its form it is no value of this place: the database was not asked.
      if (named.status === 400) continue;
      compare(one, named, comparable(slot, await ask(one.twin), one, one.twin));
    }
  }
  return { foreign: wanted.length, findings };
}

/** Requests under way at once, where none changes anything. */
const AT_ONCE = 8;

function wantedBy({ name, takes }: Slot, { ids, texts }: Identifiers): readonly Identifier[] {
  if (takes === 'id') return ids;
  if (takes === 'address') return texts.filter(({ value }) => value.includes('@'));
  return name.startsWith('header.')
    ? texts.filter(({ of }) => of.startsWith('idempotency_keys.'))
    : texts;
}

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;

function leaked(
  { theirs, secret }: WalkOptions,
  { text }: Answer,
  named: string | null = null,
): string[] {
  const shown = new Set(text.match(UUID));
  const ids = theirs.ids.filter(({ value }) => value !== named && shown.has(value));
  return [...ids.map(({ of }) => of), ...(text.includes(secret) ? ['a text of the other’s'] : [])];
}

/** Headers that say when, and how often, a caller has asked. */
const OF_THE_REQUEST = ['date', 'ratelimit', 'x-request-id', 'etag', 'content-length'];

/** All of an answer that must not depend on whose an identifier is. */
function comparable(slot: Slot, answer: Answer, { value, twin }: Identifier, sent: string): string {
  const { status, headers, text } = answer;
  const succeeded = status < 400;
  const shown = succeeded && slot.shown !== undefined ? slot.shown(text, sent) : text;
  const rest = Object.entries(headers).filter(([header]) => !OF_THE_REQUEST.includes(header));
  const whole = JSON.stringify([status, rest, shown])
    .replaceAll(headers['x-request-id'] ?? '', '<request>')
    .replaceAll(value, '<named>')
    .replaceAll(twin, '<named>');
  return succeeded ? withoutDraws(whole) : whole;
}

/** What a server draws, dates or makes of a secret in each success, and a case's own numbers. */
function withoutDraws(text: string): string {
  return text
    .replace(/cdz_[\w-]+/g, '<key>')
    .replace(/lastFour\\":\\".{4}\\",\\"fingerprint\\":\\"\w+/g, 'fingerprint')
    .replace(/whsec_[\w+/=-]+/g, '<secret>')
    .replace(/prefix\\":\\"\w+/g, 'prefix')
    .replace(/token(?:\\":\\"|=)[\w-]+/g, 'token')
    .replace(UUID, '<id>')
    .replace(/\+1415555\d{4}/g, '<number>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}
