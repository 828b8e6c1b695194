import type { Clock, Id, LookupAnswer, MessageLookup } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { CurrentMessage } from '../ports/messages.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { isWaitedFor, lostInput } from '../send/lost-input.ts';
import { sentInput } from '../send/sent-input.ts';

export interface ReconcileOptions {
  readonly store: EngineStore;
  readonly lookup: MessageLookup;
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly graceMs: number;
  /** Messages of one round at most. */
  readonly limit: number;
  /** Real milliseconds in which a round must end; after them another process may ask again. */
  readonly leaseMs: number;
}

export interface ReconcileResult {
  /** Messages whose fate was asked for. */
  readonly asked: number;
  /** Those that the provider has accepted. */
  readonly accepted: number;
  /** Those that it shows nothing of, and that are sent again as their tenant's policy says. */
  readonly resent: number;
  /** Those that it shows nothing of, and that an operator has to decide about. */
  readonly held: number;
  /** In words, why nothing could be said of others; null where there were none. */
  readonly failure: string | null;
}

const NOTHING: ReconcileResult = { asked: 0, accepted: 0, resent: 0, held: 0, failure: null };

/** Real milliseconds before an unknown message is looked up again: doubled each time. */
const PAUSE_MS = { first: 900_000, longest: 86_400_000 };
/** Attempts after which even the policy `resend` leaves the decision to an operator. */
const ATTEMPTS_BY_POLICY = 5;

/**
 * Looks up what became of unknown messages. Evidence of acceptance completes them. Where there is
 * none, the policy of their tenant decides: `hold` leaves them to an operator, `resend` sends them
 * again as the next attempt, unless their enrollment does not wait for them any more.
 *
 * A message is due for this no sooner than its deadline, the provider's total time-out and the time
 * that the provider takes to show what it has accepted have passed; the look-up begins after that.
 *
 * @throws what kept an answer from being recorded, after all the others have been.
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileResult> {
  const { store } = options;
  const claimed = await store.claimUnknownMessages(options.limit, options.leaseMs);
  const tenantIds = [...new Set(claimed.map(({ tenantId }) => tenantId))];
  const unknown =
    claimed.length === 0
      ? []
      : await store.transaction(tenantIds, (tx) => readUnknown(tx, claimed));
  const asked = unknown.flatMap((message) =>
    message.toAddress === null ? [] : [{ message, recipient: message.toAddress }],
  );
  if (asked.length === 0) return NOTHING;

  const answers = await options.lookup.lookUp(
    asked.map(({ message, recipient }) => ({
      reference: { tenantId: message.tenantId, messageId: message.id, attempt: message.attempt },
      recipient,
      since: message.begunAt ?? 0,
    })),
  );
  const told = asked.flatMap(({ message }, index): Told[] => {
    const answer = answers[index];
    return answer === undefined ? [] : [{ message, answer }];
  });
  return recordEach(told, options);
}

interface Told {
  readonly message: CurrentMessage;
  readonly answer: LookupAnswer;
}

/** Records answers together; where that fails, each on its own, so that one costs no other. */
async function recordEach(
  told: readonly Told[],
  options: ReconcileOptions,
): Promise<ReconcileResult> {
  const tenantIds = [...new Set(told.map(({ message }) => message.tenantId))];
  try {
    return await options.store.transaction(tenantIds, (tx) => record(tx, told, options));
  } catch (error) {
    if (told.length <= 1) throw error;
  }
  let sum = NOTHING;
  let failed: Error | null = null;
  for (const one of told) {
    try {
      sum = plus(sum, await recordEach([one], options));
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
    }
  }
  if (failed !== null) throw failed;
  return sum;
}

function plus(a: ReconcileResult, b: ReconcileResult): ReconcileResult {
  return {
    asked: a.asked + b.asked,
    accepted: a.accepted + b.accepted,
    resent: a.resent + b.resent,
    held: a.held + b.held,
    failure: a.failure ?? b.failure,
  };
}

async function readUnknown(
  tx: EngineTransaction,
  refs: readonly { readonly tenantId: Id; readonly id: Id }[],
): Promise<CurrentMessage[]> {
  return (await tx.currentMessages(refs)).filter(({ status }) => status === 'unknown');
}

async function record(
  tx: EngineTransaction,
  told: readonly Told[],
  options: ReconcileOptions,
): Promise<ReconcileResult> {
  const now = options.clock.now();
  const locked = await tx.lockEnrollments(
    told.map(({ message }) => ({ tenantId: message.tenantId, id: message.enrollmentId })),
  );
  const through = await tx.completeHandOffs(
    told
      .filter(({ answer }) => answer.kind === 'found')
      // What the provider shows is the id of a part of the message, not that of its answer.
      .map(({ message }) => ({ ...message, token: null, providerMessageId: null })),
  );
  const open = new Set(
    await tx.noteLookUps(
      told.flatMap(({ message, answer }) =>
        answer.kind === 'found'
          ? []
          : [
              {
                tenantId: message.tenantId,
                id: message.id,
                attempt: message.attempt,
                begunAt: message.begunAt,
                absent: answer.kind === 'not_found',
                pauseMs: pauseAfter(message, answer),
              },
            ],
      ),
    ),
  );
  const absent = told.filter(
    ({ message, answer }) => answer.kind === 'not_found' && open.has(message.id),
  );
  const lost = absent
    .filter(
      ({ message }) =>
        message.unknownPolicy === 'resend' &&
        message.attempt < ATTEMPTS_BY_POLICY &&
        isWaitedFor(message, locked),
    )
    .map(({ message }) => lostInput(message, now, 'not found at the provider'));
  const applied = await applyInputs(tx, [...through.map(sentInput), ...lost], {
    plans: options.plans,
    now,
    graceMs: options.graceMs,
    locked,
  });
  const lostIds = new Set(lost.map(({ inputId }) => inputId));
  const resent = applied.filter(
    ({ inputId, outcome }) => lostIds.has(inputId) && outcome === 'applied',
  ).length;
  const failures = told.flatMap(({ answer }) =>
    answer.kind === 'could_not_look' ? [`${answer.cause}: ${answer.reason}`] : [],
  );
  return {
    asked: told.length,
    accepted: through.length,
    resent,
    held: absent.length - resent,
    failure: failures[0] ?? null,
  };
}

function pauseAfter({ lookUps }: CurrentMessage, answer: LookupAnswer): number {
  const doubled = Math.min(PAUSE_MS.first * 2 ** Math.min(lookUps, 20), PAUSE_MS.longest);
  return answer.kind === 'could_not_look' ? Math.max(doubled, answer.retryAfterMs ?? 0) : doubled;
}
