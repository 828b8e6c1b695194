import { createHash } from 'node:crypto';
import type { Fault, FaultKind, PlannedFault } from './fault.ts';
import { drawFrom, type Draw } from './random.ts';
import { LINKS, POINTS, PROCESSES, type Point, type ProcessName, type Role } from './topology.ts';

/** Real milliseconds between two faults, on average; each is half as long to half as long again. */
const MEAN_GAP_MS = 1_200;
/** The programs get going before the first. */
const FIRST_AT_MS = 1_000;
/** A job's lock in a tortured program is 3 s, a lease 4 s, a deadline 2 s: a stop outlasts them. */
const STOP_MS = { from: 3_500, to: 9_000 };
/** Long enough for a begun message to be taken for unknown, looked up and sent again meanwhile. */
const FREEZE_MS = { from: 7_500, to: 10_000 };
const SKEW_MS = 600_000;

/**
 * How often each kind is in a deck, which is dealt to its end before the next one is shuffled. A
 * crash at each point is added, so that a deck holds them all.
 */
const DECK: Readonly<Record<Exclude<FaultKind, 'crash'>, number>> = {
  kill: 6,
  freeze: 5,
  stop: 6,
  skew: 3,
  cut: 4,
  stall: 4,
  half_open: 2,
  redis_flush: 2,
  redis_restart: 2,
  redis_stop: 1,
  postgres_restart: 1,
  provider: 6,
  provider_reset: 2,
  account_refused: 1,
  webhook_copies: 2,
  webhook_delay: 2,
  webhook_cut: 2,
  double_jobs: 6,
  pause: 2,
  opt_out: 6,
};

export const FAULT_KINDS: readonly FaultKind[] = ['crash', ...(Object.keys(DECK) as FaultKind[])];

/**
 * What strikes, when and where: a pure function of the seed and the length. Every kind comes once
 * before any comes again, and every crash point is in every deck.
 *
 * @param only deals these kinds alone.
 */
export function planFaults(
  seed: string,
  minutes: number,
  only: readonly FaultKind[] = FAULT_KINDS,
): PlannedFault[] {
  const draw = drawFrom(`faults ${seed}`);
  const end = minutes * 60_000;
  const plan: PlannedFault[] = [];
  let at = FIRST_AT_MS;
  while (at < end) {
    for (const card of deck(draw, only)) {
      if (at >= end) break;
      plan.push({ atMs: at, fault: faultOf(card, draw) });
      at += draw.whole(MEAN_GAP_MS / 2, MEAN_GAP_MS * 1.5);
    }
  }
  return plan;
}

/** A plan's fingerprint: two runs with the same one are asked to bear the same. */
export function planHash(plan: readonly PlannedFault[]): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16);
}

type Card =
  | { readonly kind: Exclude<FaultKind, 'crash'> }
  | { readonly kind: 'crash'; readonly role: Role; readonly point: Point };

/** The first of each kind come first: a short storm has seen them all. */
function deck(draw: Draw, only: readonly FaultKind[]): Card[] {
  const crashes = Object.entries(POINTS).flatMap(([role, points]) =>
    points.map((point): Card => ({ kind: 'crash', role: role as Role, point })),
  );
  const others = Object.entries(DECK).flatMap(([kind, times]) =>
    Array.from({ length: times }, (): Card => ({ kind: kind as Exclude<FaultKind, 'crash'> })),
  );
  const mixed = draw.shuffled([...crashes, ...others].filter(({ kind }) => only.includes(kind)));
  const seen = new Set<FaultKind>();
  const firsts = mixed.filter(({ kind }) => !seen.has(kind) && seen.add(kind));
  return [...firsts, ...mixed.filter((card) => !firsts.includes(card))];
}

function named(draw: Draw, role?: Role): { readonly name: ProcessName; readonly role: Role } {
  return draw.pick(PROCESSES.filter((one) => role === undefined || one.role === role));
}

function linked(draw: Draw): Pick<Extract<Fault, { kind: 'cut' }>, 'target' | 'link'> {
  const { name, role } = named(draw);
  return { target: name, link: draw.pick(LINKS[role]) };
}

function faultOf(card: Card, draw: Draw): Fault {
  const { kind } = card;
  switch (kind) {
    case 'crash':
      return { kind, target: named(draw, card.role).name, point: card.point };
    case 'kill':
      return { kind, target: named(draw).name };
    case 'freeze':
      return {
        kind,
        target: named(draw, 'send').name,
        point: draw.pick(['before_begin', 'begun', 'begun', 'begun', 'answered']),
        ms: draw.whole(FREEZE_MS.from, FREEZE_MS.to),
      };
    case 'stop':
      return { kind, target: named(draw).name, ms: draw.whole(STOP_MS.from, STOP_MS.to) };
    case 'skew':
      return { kind, target: named(draw).name, offsetMs: draw.pick([-SKEW_MS, SKEW_MS]) };
    case 'cut':
      return { kind, ...linked(draw) };
    case 'stall':
    case 'half_open':
      return { kind, ...linked(draw), ms: draw.whole(500, 6_000) };
    case 'redis_flush':
      return { kind };
    case 'redis_restart':
      return { kind, keep: draw.pick([true, false]) };
    case 'redis_stop':
      return { kind, ms: draw.whole(1_000, 8_000) };
    case 'postgres_restart':
      return { kind, mode: draw.pick(['fast', 'immediate']) };
    case 'provider':
      return {
        kind,
        fault: draw.pick([
          'respond',
          'slow',
          'accept_then_drop',
          'accept_then_respond',
          'drop_before_accept',
        ]),
        status: draw.pick([429, 500, 503]),
        times: draw.whole(1, 6),
        delayMs: draw.whole(500, 4_000),
      };
    case 'provider_reset':
      return { kind, times: draw.whole(1, 4) };
    case 'account_refused':
      return { kind, ms: draw.whole(500, 2_500) };
    case 'webhook_copies':
      return { kind, copies: draw.whole(2, 5), ms: draw.whole(2_000, 8_000) };
    case 'webhook_delay':
      return { kind, delayMs: draw.whole(1_000, 10_000), ms: draw.whole(2_000, 8_000) };
    case 'webhook_cut':
      return { kind };
    case 'double_jobs':
      return {
        kind,
        queue: draw.pick(['outreach-send', 'outreach-send', 'outreach-timeout', 'webhook-process']),
        jobs: draw.whole(5, 40),
        copies: draw.whole(2, 4),
      };
    case 'pause':
      return { kind, campaign: draw.whole(0, 5), ms: draw.whole(500, 4_000) };
    case 'opt_out':
      return { kind, people: draw.whole(1, 6) };
  }
}
