import { setTimeout as delay } from 'node:timers/promises';
import type { Metrics } from './metrics.ts';

/** Resolves when a part works, rejects when it does not. */
export type Check = () => Promise<void>;
/** Checks by the name of the part, such as `postgres`. */
export type Checks = Readonly<Record<string, Check>>;

export interface OpsOptions {
  /** What must hold for the process to be left running; nothing by default. */
  readonly health?: Checks;
  /** What must hold for the process to be given work. */
  readonly ready: Checks;
  /**
   * What whoever asks for readiness is told besides, by the name of the part: trouble that no other
   * process would be better off with. Null is none.
   */
  readonly notes?: Readonly<Record<string, () => string | null>>;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  /** Told of checks that failed: their errors are not shown to who asks. */
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** Real milliseconds that a check may take, 2,000 by default. */
  readonly checkTimeoutMs?: number;
}

export interface OpsAnswer {
  readonly status: 200 | 503;
  readonly contentType: string;
  readonly body: string;
}

/** `/healthz`, `/readyz` and `/metrics`, for any HTTP server. */
export interface OpsHandlers {
  readonly healthz: () => Promise<OpsAnswer>;
  readonly readyz: () => Promise<OpsAnswer>;
  readonly metrics: () => Promise<OpsAnswer>;
}

export function createOpsHandlers(options: OpsOptions): OpsHandlers {
  const { health = {}, ready, notes = {}, metrics, log, checkTimeoutMs = 2_000 } = options;

  async function passes(name: string, check: Check): Promise<boolean> {
    const timer = new AbortController();
    try {
      await Promise.race([
        check(),
        delay(checkTimeoutMs, undefined, { signal: timer.signal }).then(() => {
          throw new Error(`no answer within ${checkTimeoutMs} ms`);
        }),
      ]);
      return true;
    } catch (error) {
      log.warn({ component: name, err: error }, 'a health check failed');
      return false;
    } finally {
      timer.abort();
    }
  }

  function noted(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(notes).flatMap(([name, read]) => {
        const note = read();
        return note === null ? [] : [[name, note]];
      }),
    );
  }

  async function answer(checks: Checks, told: Record<string, string> = {}): Promise<OpsAnswer> {
    const results = await Promise.all(
      Object.entries(checks).map(
        async ([name, check]) => [name, await passes(name, check)] as const,
      ),
    );
    const ok = results.every(([, passed]) => passed);
    const parts = results.map(([name, passed]) => [name, passed ? 'ok' : 'failing'] as const);
    return {
      status: ok ? 200 : 503,
      contentType: 'application/json',
      body: JSON.stringify({
        status: ok ? 'ok' : 'failing',
        checks: Object.fromEntries(parts),
        ...(Object.keys(told).length === 0 ? {} : { notes: told }),
      }),
    };
  }

  return {
    healthz: () => answer(health),
    readyz: () => answer(ready, noted()),
    metrics: async () => ({
      status: 200,
      contentType: metrics.contentType,
      body: await metrics.text(),
    }),
  };
}
