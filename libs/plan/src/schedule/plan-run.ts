import type { EpochMs } from '@cadenza/domain';
import { add, zoneOf } from '../machine/state.ts';
import type { ImpliedAction, MachineSettings } from '../machine/types.ts';
import { DAY_MS, dayOf, firstInstantAtOrAfter, timeOfDay, toLocal } from '../time/local-time.ts';
import type { CompiledPlan, CompiledSendNode } from '../validate/compiled-plan.ts';
import { endOfAllowed, isAllowed, nextAllowedKeepingTime } from './next-allowed.ts';

/** When an action may run. */
export interface PlannedRun {
  readonly runAt: EpochMs;
  /** The last millisecond of the allowed stretch that holds `runAt`; null where none ends. */
  readonly notAfter: EpochMs | null;
}

function sendNode(plan: CompiledPlan, nodeId: string): CompiledSendNode | null {
  const node = plan.nodes[nodeId];
  return node?.action === 'send' ? node : null;
}

/** When the plan wants a message to leave, its time of day applied, before windows. */
function wantedAt(node: CompiledSendNode, action: ImpliedAction, zone: string): EpochMs {
  // A retry follows the bounce, not the calendar; an operator's word counts from when it was given.
  if (node.at === null || action.attempt > 1 || action.hurried) return action.dueAt;
  const day = dayOf(toLocal(zone, action.dueAt));
  const sameDay = firstInstantAtOrAfter(zone, day * DAY_MS + node.at, -Infinity);
  if (sameDay >= action.dueAt) return sameDay;
  return firstInstantAtOrAfter(zone, (day + 1) * DAY_MS + node.at, -Infinity);
}

/**
 * When an action may run.
 *
 * A send: the first instant allowed by the node's window (else the plan's) and the quiet hours, in
 * the contact's zone, from its due time on and no earlier than now. `schedule.at` puts it at that
 * local time, on the day its delay reaches or the day after. Where a day is left out because of its
 * weekday, the local time wanted is kept on the new day if it is allowed there. One that an operator
 * has hurried has no local time to keep, and with `any_time` no window either. The answer does not
 * change with `now` until `now` has passed it.
 *
 * A timer: its time, or now if that is later, plus the grace.
 */
export function planRun(
  plan: CompiledPlan,
  action: ImpliedAction,
  settings: MachineSettings,
  now: EpochMs,
): PlannedRun {
  if (action.type === 'timeout') {
    return { runAt: Math.max(action.dueAt, now) + settings.graceMs, notAfter: null };
  }
  const node = sendNode(plan, action.nodeId);
  if (!node) return { runAt: Math.max(action.dueAt, now), notAfter: null };
  const zone = zoneOf({ plan, settings });
  const wanted = wantedAt(node, action, zone);
  const { allowed } = node;
  if (!allowed || action.hurried === 'any_time') {
    return { runAt: Math.max(wanted, now), notAfter: null };
  }
  // What is wanted now need not wait for that hour on a day of the window.
  const keep = action.hurried ? 0 : timeOfDay(toLocal(zone, wanted));
  const always = node.at !== null && !action.hurried;
  const first = nextAllowedKeepingTime(zone, allowed, wanted, keep, always);
  const runAt = first >= now ? first : nextAllowedKeepingTime(zone, allowed, now, keep, always);
  const end = endOfAllowed(zone, allowed, runAt);
  return { runAt, notAfter: end === null ? null : end - 1 };
}

/** Whether windows and quiet hours let a node's message leave at an instant. */
export function maySendAt(
  plan: CompiledPlan,
  nodeId: string,
  settings: MachineSettings,
  at: EpochMs,
): boolean {
  const allowed = sendNode(plan, nodeId)?.allowed;
  return !allowed || isAllowed(zoneOf({ plan, settings }), allowed, at);
}

/**
 * Whether a send is later than the `maxLateness` of its node, else of the plan, counted from the
 * moment at which it could first have run. Never for timers, nor where there is no limit.
 */
export function isLate(
  plan: CompiledPlan,
  action: ImpliedAction,
  settings: MachineSettings,
  now: EpochMs,
): boolean {
  const limit = action.type === 'send' ? sendNode(plan, action.nodeId)?.maxLateness : null;
  if (!limit) return false;
  const { runAt } = planRun(plan, action, settings, action.dueAt);
  return now > add({ plan, settings }, runAt, limit);
}
