import { newId, type Id } from '@cadenza/domain';
import {
  jobIdOf,
  type ClaimedAction,
  type EngineTransaction,
  type SendContext,
} from '@cadenza/engine';
import type { Runtime } from '@cadenza/runtime';

/** Jobs remembered, so that the ones from long ago do not fill the memory. */
const REMEMBERED = 20_000;

/**
 * Takes the compare-and-set out: a job is worked whatever has become of its message, and a hand-off
 * that is refused is made all the same. For the torture to be caught at it.
 */
export function withoutCas(runtime: Runtime): Runtime {
  const { store } = runtime;
  const known = new Map<string, SendContext>();

  function remember(context: SendContext): void {
    known.set(jobIdOf(context), context);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  }

  function unchecked(tx: EngineTransaction): EngineTransaction {
    return {
      ...tx,
      async sendContexts(jobs) {
        const live = await tx.sendContexts(jobs);
        live.forEach(remember);
        const found = new Set(live.map(jobIdOf));
        return [...live, ...jobs.filter((job) => !found.has(jobIdOf(job))).flatMap(recall)];
      },
      async beginHandOffs(requests) {
        const begun = await tx.beginHandOffs(requests);
        const done = new Set(begun.map(jobIdOf));
        return [
          ...begun,
          ...requests.flatMap((request) =>
            done.has(jobIdOf(request))
              ? []
              : recall(request).map((context) => ({
                  tenantId: context.tenantId,
                  actionId: context.actionId,
                  dispatch: context.dispatch,
                  messageId: context.messageId,
                  enrollmentId: context.enrollmentId,
                  token: newId(),
                  attempt: context.action.attempt,
                  begunAt: runtime.clock.now(),
                })),
          ),
        ];
      },
    };
  }

  function recall(job: ClaimedAction): SendContext[] {
    const context = known.get(jobIdOf(job));
    return context === undefined ? [] : [context];
  }

  return {
    ...runtime,
    store: {
      ...store,
      transaction: <T>(tenantIds: readonly Id[], work: (tx: EngineTransaction) => Promise<T>) =>
        store.transaction(tenantIds, (tx) => work(unchecked(tx))),
    },
  };
}
