import type { NewJob } from '@cadenza/domain';
import type { ClaimedAction } from '../ports/sends.ts';

/**
 * Identifies a claimed action's reservation with the limiter, and the job that it comes first in.
 * An action is in one job for each number of its dispatch.
 */
export function jobIdOf(action: ClaimedAction): string {
  return `${action.actionId}-${action.dispatch}`;
}

/** What of an action its queue is told. */
export function claimOf({ tenantId, actionId, dispatch }: ClaimedAction): ClaimedAction {
  return { tenantId, actionId, dispatch };
}

/** Claimed actions as jobs of at most `perJob` each, in their order. */
export function actionJobs(
  actions: readonly ClaimedAction[],
  perJob: number,
): NewJob<'outreach-send' | 'outreach-timeout'>[] {
  const jobs = [];
  for (let from = 0; from < actions.length; from += perJob) {
    const part = actions.slice(from, from + perJob);
    const [first] = part;
    if (first !== undefined) jobs.push({ jobId: jobIdOf(first), data: { actions: part } });
  }
  return jobs;
}
