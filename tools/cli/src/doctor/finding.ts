/** `warn`: it works, and still something is not as it should be. */
export type State = 'ok' | 'warn' | 'fail';

/** What one look has shown. */
export interface Finding {
  /** Part and matter, such as `redis.eviction`: the same in every run. */
  readonly check: string;
  readonly state: State;
  /** What there is, in words. */
  readonly found: string;
  /** What to do about it; null where nothing is to be done. */
  readonly todo: string | null;
}

export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found, todo: null };
}

export function warn(check: string, found: string, todo: string): Finding {
  return { check, state: 'warn', found, todo };
}

export function fail(check: string, found: string, todo: string): Finding {
  return { check, state: 'fail', found, todo };
}
