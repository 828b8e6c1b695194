import { createScopeResolver, type RateLimitSetting } from '@cadenza/engine';

/** A hand-off as limits count it. */
export interface LimitedHandOff {
  readonly messageId: string;
  readonly tenantId: string;
  readonly senderIdentityId: string;
  readonly recipientDomain: string;
  /** When it began, campaign milliseconds. */
  readonly at: number;
}

/** A window that held more hand-offs than its limit. */
export interface LimitExceeded {
  readonly scope: string;
  readonly limit: number;
  readonly windowMs: number;
  /** The fullest window of this scope: the time of its last hand-off, and how many it held. */
  readonly at: number;
  readonly held: number;
}

/** The limits that were exceeded in any window `(t, t + windowMs]`, wherever it lies. */
export function limitsExceeded(
  handOffs: readonly LimitedHandOff[],
  settings: readonly RateLimitSetting[],
): LimitExceeded[] {
  // The storm leaves the provider's account, ramps and spacing out.
  const scopesOf = createScopeResolver({
    limits: settings,
    ramps: [],
    now: 0,
    providers: {},
    accounts: {},
    pausedFor: null,
  });
  const byScope = new Map<string, { key: string; limit: number; windowMs: number; at: number[] }>();
  for (const handOff of handOffs) {
    for (const { key, limit, windowMs } of scopesOf({
      ...handOff,
      channel: 'email',
      ipPool: null,
      spacing: null,
    })) {
      const id = `${key} ${windowMs}`;
      const scope = byScope.get(id) ?? { key, limit, windowMs, at: [] };
      byScope.set(id, scope);
      scope.at.push(handOff.at);
    }
  }
  return [...byScope.values()].flatMap(({ key, limit, windowMs, at }) => {
    const fullest = fullestWindow(
      at.toSorted((x, y) => x - y),
      windowMs,
    );
    return fullest.held > limit ? [{ scope: key, limit, windowMs, ...fullest }] : [];
  });
}

function fullestWindow(sorted: readonly number[], windowMs: number): { at: number; held: number } {
  let first = 0;
  let fullest = { at: 0, held: 0 };
  sorted.forEach((at, index) => {
    while ((sorted[first] ?? at) <= at - windowMs) first += 1;
    const held = index - first + 1;
    if (held > fullest.held) fullest = { at, held };
  });
  return fullest;
}
