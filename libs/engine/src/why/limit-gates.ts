import type { EpochMs } from '@cadenza/domain';
import { LIMITER_REST_MS } from '../limits/reserve.ts';
import type { LimitedScope } from '../limits/scopes.ts';
import type { AskedLimits } from './asked-limits.ts';
import { closedGate, openGate, type WhyGate, type WhyLimit } from './explanation.ts';

/** What the limiter says: one gate for itself, and one for each limit of the message. */
export function limitGates(asked: AskedLimits, now: EpochMs, rate: number): WhyGate[] {
  const soon = now + LIMITER_REST_MS * rate;
  switch (asked.state) {
    case 'unasked':
      return [];
    case 'unreachable':
      return [closedGate('limiter', 'the limiter does not answer: is Redis there?')];
    case 'closed':
      return [
        closedGate(
          'limiter',
          'the limiter came back empty, and is filled from past hand-offs',
          soon,
        ),
      ];
    case 'uncounted':
      return [
        closedGate('limiter', 'a limit is new: past hand-offs are counted for it first', soon),
      ];
    case 'answered':
      return [
        openGate('limiter', 'the limiter answers'),
        ...asked.limits.flatMap(({ scope, from }) => limitGate(scope, from, now)),
      ];
  }
}

const WORDS: Readonly<Record<WhyLimit['scope'], string>> = {
  sender: 'of the sender identity',
  spacing: 'of the sender identity, the time between two',
  recipient_domain: 'to the recipient’s domain',
  tenant: 'of the tenant',
  ip_pool: 'through the IP pool',
  global: 'of the installation',
};

function limitGate(scope: LimitedScope, from: EpochMs | null, now: EpochMs): WhyGate[] {
  const kind = kindOf(scope.key);
  // The second window of a spacing never refuses: it is there to be remembered.
  if (kind === null || (kind === 'spacing' && scope.limit > 1)) return [];
  const windowSeconds = scope.windowMs / 1_000;
  const warmUp = scope.warmUp === true;
  const limit = { scope: kind, windowSeconds, maxMessages: scope.limit, warmUp };
  const what = `${scope.limit} in ${windowSeconds} s ${WORDS[kind]}${warmUp ? ' while it warms up' : ''}`;
  if (from === null) return [{ ...closedGate('limit', `${what}: nothing is let through`), limit }];
  return [
    from > now
      ? { ...closedGate('limit', `${what}: full`, from), limit }
      : { ...openGate('limit', `${what}: has room`), limit },
  ];
}

/** A scope's key begins with what it limits. */
function kindOf(key: string): WhyLimit['scope'] | null {
  switch (key.split(':', 1)[0]) {
    case 'sender':
      return 'sender';
    case 'spacing':
      return 'spacing';
    case 'domain':
      return 'recipient_domain';
    case 'tenant':
      return 'tenant';
    case 'ip_pool':
      return 'ip_pool';
    case 'global':
      return 'global';
    default:
      return null;
  }
}

/**
 * How much later than the next slot one comes that so many of its lane come before, as far as the
 * limits tell that they share: a window for each whole limit of them.
 */
export function turnsLater(asked: AskedLimits, ahead: number): number {
  if (asked.state !== 'answered') return 0;
  return Math.max(
    0,
    ...asked.limits.map(({ scope: { key, limit, windowMs } }) =>
      key.startsWith('domain:') || limit === 0 ? 0 : Math.floor(ahead / limit) * windowMs,
    ),
  );
}
