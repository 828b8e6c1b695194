import type { HandOffRecord, RateScope, SlotRequest } from '@cadenza/domain';
import { earliestByTrying, type Slot } from './brute-force.ts';

/** What a limiter has to decide, found without any cleverness; forgets nothing. */
export class NaiveLimiter {
  readonly held = new Map<string, Slot & { readonly keys: ReadonlySet<string> }>();

  reserve(request: SlotRequest, now: number): { granted: boolean; at: number } {
    const { id, scopes, notAfter } = request;
    const windows = scopes.map((scope) => scope.windowMs);
    if (scopes.some((scope) => scope.limit === 0)) {
      return { granted: false, at: notAfter + Math.max(...windows) };
    }
    const widthMs = Math.ceil(Math.min(...windows) * 0.02);
    let start = Math.max(request.notBefore, now);
    for (let before = -1; before !== start;) {
      before = start;
      for (const scope of scopes) {
        start = earliestByTrying(this.slotsOf(scope, id), { ...scope, widthMs }, start);
      }
    }
    if (start > notAfter) return { granted: false, at: start };
    const keys = new Set(scopes.map((scope) => scope.key));
    this.held.set(id, { start, end: start + widthMs, keys });
    return { granted: true, at: start };
  }

  /**
   * Adds what it does not know, and keys to what it does; that can fill a window beyond its limit.
   * What no window holds any more is left out.
   */
  rebuild({ id, scopes, at, until }: HandOffRecord, now: number): void {
    const windows = scopes.map((scope) => scope.windowMs);
    const keys = scopes.map((scope) => scope.key);
    const widthMs = Math.ceil(Math.min(...windows) * 0.02);
    const end = Math.max(until ?? at, at > now ? at + widthMs : at);
    if (end + Math.max(...windows) <= now) return;
    const known = this.held.get(id) ?? { start: at, end, keys: [] };
    this.held.set(id, { ...known, keys: new Set([...known.keys, ...keys]) });
  }

  release(id: string): void {
    this.held.delete(id);
  }

  private slotsOf(scope: RateScope, except: string): Slot[] {
    return [...this.held]
      .filter(([id, slot]) => id !== except && slot.keys.has(scope.key))
      .map(([, slot]) => slot);
  }
}
