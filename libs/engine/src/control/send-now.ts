import { newId, type EpochMs, type Id } from '@cadenza/domain';
import {
  awaitedHandOff,
  impliedActions,
  planRun,
  type CompiledPlan,
  type EnrollmentState,
} from '@cadenza/plan';
import { applyInputs, settingsOf } from '../inputs/apply-inputs.ts';
import { planOf } from '../plans/plan-cache.ts';
import type { EnrollmentRecord } from '../ports/enrollments.ts';
import type { OperatorOptions } from './operator-options.ts';

/** Why nothing of an enrollment can be sent at once. */
export type SendNowRefusal =
  | 'ended'
  /** Whether the provider has accepted the last message is not known yet. */
  | 'handed_off'
  /** The next message depends on what the person does, or on a silence that is not over. */
  | 'waits_for_event'
  /** The last message bounced softly, or was lost: its next attempt keeps its distance. */
  | 'waits_for_retry';

/** A message that an operator wants now. */
export interface HurriedSend {
  readonly nodeId: string;
  readonly visit: number;
  /** When it may leave by the plan: now, or when a window opens, or the person is back. */
  readonly runAt: EpochMs;
  /** Whether send windows and quiet hours count for it. */
  readonly inWindow: boolean;
}

/**
 * Makes the message that an enrollment waits to send due at once: the rest of its delay, and its time
 * of day, do not count. Suppressions, limits and pauses do, and so does an absence. Saying it twice
 * changes nothing.
 *
 * @param request.anyTime send windows and quiet hours do not count either.
 * @returns null where the tenant has no such enrollment.
 */
export function sendNow(
  request: { readonly tenantId: Id; readonly enrollmentId: Id; readonly anyTime: boolean },
  options: OperatorOptions,
): Promise<HurriedSend | { readonly refused: SendNowRefusal } | null> {
  const { tenantId, enrollmentId, anyTime } = request;
  return options.store.transaction([tenantId], async (tx) => {
    const locked = await tx.lockEnrollments([{ tenantId, id: enrollmentId }]);
    const [row] = locked;
    if (row === undefined) return null;
    const awaited = awaitedHandOff(row.state);
    if (awaited === null || row.state.phase !== 'scheduled') {
      return { refused: refusal(row.state) };
    }
    const now = options.now();
    // Providers' clocks may be ahead of ours.
    const at = Math.max(now, row.state.enteredAt);
    const { plans, graceMs } = options;
    const known = row.state.hurry;
    const applied =
      known !== undefined && (known.anyTime || !anyTime)
        ? []
        : await applyInputs(
            tx,
            [
              {
                tenantId,
                enrollmentId,
                inputId: `hurried:${newId()}`,
                input: { kind: 'hurried', at, anyTime, ...awaited },
              },
            ],
            { plans, now, graceMs, locked },
          );
    const versions = [{ tenantId, id: row.planVersionId }];
    const plan = planOf(await plans.load(tx, versions), row.planVersionId);
    return hurriedSend({ ...row, state: applied[0]?.state ?? row.state }, plan, { now, graceMs });
  });
}

function refusal(state: EnrollmentState): SendNowRefusal {
  if (state.phase === 'ended') return 'ended';
  if (state.phase === 'handed_off') return 'handed_off';
  return awaitedHandOff(state) === null ? 'waits_for_event' : 'waits_for_retry';
}

function hurriedSend(
  row: Pick<EnrollmentRecord, 'state' | 'timezone'>,
  plan: CompiledPlan,
  { now, graceMs }: { readonly now: EpochMs; readonly graceMs: number },
): HurriedSend {
  const settings = settingsOf(row, graceMs);
  const [action] = impliedActions(plan, row.state, settings);
  if (action === undefined) throw new Error('a hurried send is not implied');
  const { nodeId, visit, hurried } = action;
  const { runAt } = planRun(plan, action, settings, now);
  return { nodeId, visit, runAt, inWindow: hurried !== 'any_time' };
}
