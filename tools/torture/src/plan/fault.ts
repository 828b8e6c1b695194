import type { Link, Point, ProcessName } from './topology.ts';

/** One thing that goes wrong. All durations are real milliseconds. */
export type Fault =
  /** SIGKILL, wherever the program happens to be. */
  | { readonly kind: 'kill'; readonly target: ProcessName }
  /** The program kills itself the next time that it passes the point. */
  | { readonly kind: 'crash'; readonly target: ProcessName; readonly point: Point }
  /** The program stops itself the next time that it passes the point, and is continued. */
  | {
      readonly kind: 'freeze';
      readonly target: ProcessName;
      readonly point: Point;
      readonly ms: number;
    }
  /** SIGSTOP, then SIGCONT: longer than locks, leases and deadlines. */
  | { readonly kind: 'stop'; readonly target: ProcessName; readonly ms: number }
  /** The program's wall clock jumps, and stays off until it starts again. */
  | { readonly kind: 'skew'; readonly target: ProcessName; readonly offsetMs: number }
  /** Every connection of the link is reset. */
  | { readonly kind: 'cut'; readonly target: ProcessName; readonly link: Link }
  /** Nothing passes for a while; then all of it does, late. */
  | {
      readonly kind: 'stall';
      readonly target: ProcessName;
      readonly link: Link;
      readonly ms: number;
    }
  /** What is sent is swallowed, neither side hears of it, and then the connections are reset. */
  | {
      readonly kind: 'half_open';
      readonly target: ProcessName;
      readonly link: Link;
      readonly ms: number;
    }
  | { readonly kind: 'redis_flush' }
  /** Killed, and started again: with what its append-only file holds, or with nothing. */
  | { readonly kind: 'redis_restart'; readonly keep: boolean }
  | { readonly kind: 'redis_stop'; readonly ms: number }
  /** `immediate` ends it as a crash does: the next start recovers from the log. */
  | { readonly kind: 'postgres_restart'; readonly mode: 'fast' | 'immediate' }
  | {
      readonly kind: 'provider';
      readonly fault:
        'respond' | 'slow' | 'accept_then_drop' | 'accept_then_respond' | 'drop_before_accept';
      readonly status: 429 | 500 | 503;
      readonly times: number;
      readonly delayMs: number;
    }
  /** New connections to the provider are reset. */
  | { readonly kind: 'provider_reset'; readonly times: number }
  /** The provider says once that the account is not let in; an operator resumes after a while. */
  | { readonly kind: 'account_refused'; readonly ms: number }
  | { readonly kind: 'webhook_copies'; readonly copies: number; readonly ms: number }
  /** Webhooks are held back by up to `delayMs` and shuffled. */
  | { readonly kind: 'webhook_delay'; readonly delayMs: number; readonly ms: number }
  | { readonly kind: 'webhook_cut' }
  /** Jobs that are there, and some that were, are published again under other ids. */
  | {
      readonly kind: 'double_jobs';
      readonly queue: 'outreach-send' | 'outreach-timeout' | 'webhook-process';
      readonly jobs: number;
      readonly copies: number;
    }
  | { readonly kind: 'pause'; readonly campaign: number; readonly ms: number }
  /** People who are about to be written to opt out. */
  | { readonly kind: 'opt_out'; readonly people: number };

export type FaultKind = Fault['kind'];

export interface PlannedFault {
  /** Real milliseconds from the beginning of the storm. */
  readonly atMs: number;
  readonly fault: Fault;
}
