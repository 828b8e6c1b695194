import { z } from 'zod';
import { InvalidInputError } from '@cadenza/domain';
import { globMatcher } from './glob.ts';
import { seededRandom } from './seeded.ts';

const when = {
  /** How likely it strikes, drawn from the seed, the recipient, the subject and the try; 1. */
  probability: z.number().min(0).max(1).optional(),
  /** Strikes this many times and is then gone; for ever when absent. */
  times: z.int().positive().optional(),
  /** Only requests to such a recipient (`*` for any run of characters). */
  recipient: z.string().min(1).optional(),
  /** Only requests to paths that begin so; `/v3/mail/send` by default. */
  path: z.string().startsWith('/').optional(),
};

/** A fault as a caller describes it, by the library or by `POST /_emulator/faults`. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('respond'),
    ...when,
    /** Answered without accepting anything. */
    status: z.union([
      z.literal(401),
      z.literal(403),
      z.literal(429),
      z.literal(500),
      z.literal(502),
      z.literal(503),
      z.literal(504),
    ]),
    message: z.string().optional(),
    /** Of a 429: real seconds until `X-RateLimit-Reset`; 1 by default. */
    resetInSeconds: z.number().min(0).optional(),
    /** SendGrid's documents disagree on the form of Reset; epoch seconds by default. */
    resetForm: z.enum(['epoch', 'seconds']).optional(),
  }),
  /** Accepts, then answers with this status all the same. */
  z.strictObject({
    kind: z.literal('accept_then_respond'),
    ...when,
    status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]),
  }),
  /** Waits this long (real milliseconds) before it goes on as if nothing had been. */
  z.strictObject({ kind: z.literal('slow'), ...when, delayMs: z.number().min(0) }),
  /** Accepts, then cuts the connection without an answer. */
  z.strictObject({ kind: z.literal('accept_then_drop'), ...when }),
  /** Reads the whole request, accepts nothing and cuts the connection. */
  z.strictObject({ kind: z.literal('drop_before_accept'), ...when }),
  /** Resets new connections before anything is read. Recipient and path play no part. */
  z.strictObject({
    kind: z.literal('reset_on_connect'),
    probability: when.probability,
    times: when.times,
  }),
]);
export type FaultSpec = z.infer<typeof faultSchema>;

/** A fault in force. */
export type ActiveFault = FaultSpec & {
  readonly id: string;
  /** How often it has struck. */
  readonly struck: number;
};

/** What a request is matched against. */
export interface FaultTarget {
  readonly path: string;
  readonly recipients: readonly string[];
  readonly subject: string;
}

/** The faults of an emulator. */
export interface Faults {
  /**
   * @returns the fault's id.
   * @throws InvalidInputError when the description is not one.
   */
  add(spec: FaultSpec): string;
  remove(id: string): boolean;
  clear(): void;
  list(): readonly ActiveFault[];
  /** Every `slow` that strikes this request, and the first of the others that does. */
  strike(target: FaultTarget): readonly FaultSpec[];
  strikesConnection(): boolean;
  /** Whether any fault is in force: the hot path asks before it looks at a request. */
  readonly any: boolean;
}

interface Entry {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly matches: ((address: string) => boolean) | null;
  /** Draws so far per recipient and subject, so that the order of requests decides nothing. */
  readonly tries: Map<string, number>;
  struck: number;
}

/** Checks a fault's description. */
export function parseFault(input: unknown): FaultSpec {
  const parsed = faultSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(
    'fault',
    parsed.error.issues.map((issue) => ({
      path: issue.path.join('.') || 'fault',
      code: issue.code ?? 'invalid',
      message: issue.message,
    })),
  );
}

export function createFaults(seed: string): Faults {
  const entries: Entry[] = [];
  let nextId = 1;

  function strikes(entry: Entry, key: string): boolean {
    const { probability, times } = entry.spec;
    if (probability !== undefined && probability < 1) {
      const nth = (entry.tries.get(key) ?? 0) + 1;
      entry.tries.set(key, nth);
      if (seededRandom(seed, 'fault', entry.id, key, nth)() >= probability) return false;
    }
    entry.struck += 1;
    if (times !== undefined && entry.struck >= times) entries.splice(entries.indexOf(entry), 1);
    return true;
  }

  return {
    add(spec) {
      const checked = parseFault(spec);
      const id = String(nextId++);
      const recipient = checked.kind === 'reset_on_connect' ? undefined : checked.recipient;
      entries.push({
        id,
        spec: checked,
        matches: recipient === undefined ? null : globMatcher(recipient),
        tries: new Map(),
        struck: 0,
      });
      return id;
    },
    remove(id) {
      const index = entries.findIndex((entry) => entry.id === id);
      if (index >= 0) entries.splice(index, 1);
      return index >= 0;
    },
    clear() {
      entries.length = 0;
    },
    list: () => entries.map(({ id, spec, struck }) => ({ ...spec, id, struck })),
    strike(target) {
      const hits: FaultSpec[] = [];
      const key = `${target.recipients.join(',')}\n${target.subject}`;
      let decided = false;
      for (const entry of [...entries]) {
        const { spec, matches } = entry;
        if (spec.kind === 'reset_on_connect' || (decided && spec.kind !== 'slow')) continue;
        if (!target.path.startsWith(spec.path ?? '/v3/mail/send')) continue;
        if (matches !== null && !target.recipients.some(matches)) continue;
        if (!strikes(entry, key)) continue;
        hits.push(spec);
        if (spec.kind !== 'slow') decided = true;
      }
      return hits;
    },
    strikesConnection() {
      const entry = entries.find(({ spec }) => spec.kind === 'reset_on_connect');
      return entry !== undefined && strikes(entry, 'connection');
    },
    get any() {
      return entries.length > 0;
    },
  };
}
