import type { ProviderEvent } from '@cadenza/domain';
import { parsePlan } from '@cadenza/plan';
import { seededRandom } from './interleave.ts';

type Random = () => number;
type Json = Readonly<Record<string, unknown>>;

/** An event of an enrollment's first message, whenever and to whomever that was sent. */
export interface EventOfSet {
  readonly type: ProviderEvent['type'];
  /** Milliseconds after the time sent; before it where negative. */
  readonly after: number;
  readonly over: Partial<ProviderEvent>;
}

export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}

export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const SECOND = 1_000;
const DAY = 86_400_000;

const EVENTS = [
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'blocked',
  'dropped',
  'spamreport',
  'unsubscribed',
];
const SILENCES = ['no_open', 'no_click', 'no_reply'];
const HAVE_ACTORS = ['opened', 'clicked', 'no_open', 'no_click'];
const DURATIONS = ['PT1H', 'PT6H', 'P1D', 'P2D', 'P5D'] as const;

/** Nodes in the order in which transitions lead from one to another. */
const NODES = [
  { id: 'first', action: 'send', transitions: [2, 6] },
  { id: 'read', action: 'wait', transitions: [1, 4] },
  { id: 'seen', action: 'wait', transitions: [1, 3] },
  { id: 'second', action: 'send', transitions: [1, 3] },
  { id: 'third', action: 'send', transitions: [1, 2] },
  { id: 'fourth', action: 'send', transitions: [0, 1] },
] as const;

/** A valid plan whose first node sends, and from which many kinds of events lead on. */
export function randomPlan(seed: number): Json {
  const random = seededRandom(seed);
  for (;;) {
    const plan = candidate(random);
    if (parsePlan(plan).ok) return plan;
  }
}

function candidate(random: Random): Json {
  const nodes = NODES.map(({ id, action, transitions: [least, most] }, index) => {
    const targets = ['stop', ...NODES.slice(index + 1).map((node) => node.id)] as const;
    const drawn = shuffled(random, [...EVENTS, ...SILENCES]).slice(0, between(random, least, most));
    // Somebody who has been sent one more mail waits for something, so that news can be late.
    const on = action === 'send' ? new Set(['no_reply', ...drawn]) : new Set(drawn);
    return {
      id,
      channel: 'email',
      action,
      ...(action === 'send' ? { subject: id, body: `<p>${id}</p>` } : {}),
      transitions: [...on].map((type) => transition(random, type, pick(random, targets))),
    };
  });
  const reached = new Set(['first']);
  for (const { id, transitions } of nodes) {
    if (reached.has(id)) for (const { to } of transitions) reached.add(to);
  }
  return {
    version: '1.0',
    timezone: 'UTC',
    startNodeId: 'first',
    nodes: nodes.filter(({ id }) => reached.has(id)),
  };
}

function transition(random: Random, on: string, to: string) {
  const silence = SILENCES.includes(on);
  return {
    on,
    to,
    ...(silence ? { after: pick(random, DURATIONS) } : {}),
    ...(!silence && random() < 0.5 ? { within: pick(random, DURATIONS) } : {}),
    ...(HAVE_ACTORS.includes(on) && random() < 0.3 ? { actor: 'any' } : {}),
  };
}

const TYPES = [
  ...['delivered', 'delivered', 'delivered', 'opened', 'opened', 'opened', 'opened'],
  ...['clicked', 'clicked', 'clicked', 'clicked', 'bounced', 'bounced', 'bounced', 'bounced'],
  ...['lost', 'spamreport', 'unsubscribed', 'processed', 'deferred', 'resubscribed'],
] as [string, ...string[]];
const URLS = ['https://www.example.com/a', 'https://www.example.com/b'] as const;
/** Of them a set has fewer than suppress an address: how many there were in a row is counted as they come. */
const MOST_SOFT_BOUNCES = 2;

/**
 * What a seed says that happened to a message. Left out is what depends on arrival by its nature:
 *
 * - clicks are judged by what is recorded of their mail and what comes with them
 *   (`machine-clicks.ts`). So those of a set are 10 s apart, and 10 s after every delivery and after
 *   the time sent. What the provider itself calls a machine's is one whenever it comes;
 * - two events of one type and second are one event to us, whichever came first;
 * - a message that was dropped was not tried, so nobody can have blocked it.
 */
export function eventSet(seed: number): EventOfSet[] {
  const random = seededRandom(seed);
  // Few moments, so that events of several types share one.
  const moments = Array.from(
    { length: between(random, 2, 5) },
    () => 10 * SECOND * between(random, 6, pick(random, [20, 400, 8 * 360 * 5])),
  );
  const lost = pick(random, ['blocked', 'dropped'] as const);
  const wanted = between(random, 2, 7);
  const set = new Map<string, EventOfSet>();
  let soft = 0;
  for (let tries = 0; set.size < wanted && tries < 3 * wanted; tries += 1) {
    const drawn = pick(random, TYPES);
    const type = (drawn === 'lost' ? lost : drawn) as EventOfSet['type'];
    const after = momentOf(random, type, moments);
    const over = detailsOf(random, type, soft < MOST_SOFT_BOUNCES);
    const key = `${type} ${after}`;
    if (set.has(key)) continue;
    if (over.bounceKind === 'soft') soft += 1;
    set.set(key, { type, after, over });
  }
  return [...set.values()];
}

function momentOf(random: Random, type: string, moments: readonly number[]): number {
  // Before the click; some a little before the time sent, by the provider's clock.
  if (type === 'delivered' || type === 'processed') return SECOND * between(random, -5, 45);
  return moments[Math.floor(random() * moments.length)] ?? DAY;
}

function detailsOf(random: Random, type: string, soft: boolean): Partial<ProviderEvent> {
  switch (type) {
    case 'opened':
      return machineOr(random, 'machine_open');
    case 'clicked':
      return { ...machineOr(random, 'user_agent'), url: pick(random, URLS) };
    case 'bounced': {
      const kinds = soft ? (['soft', 'soft', 'hard', 'refused'] as const) : (['hard'] as const);
      const bounceKind = pick(random, kinds);
      const invalid = bounceKind === 'hard' && random() < 0.5;
      return { bounceKind, bounceClassification: invalid ? 'Invalid Address' : null };
    }
    default:
      return {};
  }
}

function machineOr(
  random: Random,
  machineSign: 'machine_open' | 'user_agent',
): Partial<ProviderEvent> {
  const actor = pick(random, ['human', 'human', 'unknown', 'machine'] as const);
  return { actor, machineSign: actor === 'machine' ? machineSign : null };
}
