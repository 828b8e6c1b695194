import type { EpochMs } from '@cadenza/domain';
import {
  planRun,
  type CompiledPlan,
  type ImpliedAction,
  type MachineSettings,
} from '@cadenza/plan';
import type { AccountState, ProviderState } from '../ports/limits.ts';
import type { WhyFacts } from '../ports/why.ts';
import { closedGate, openGate, type WhyGate } from './explanation.ts';
import { awaitedEvents, type Ahead } from './next-send.ts';

/** What the gates that a time opens say, and when the limits are asked for a slot. */
export interface TimedGates {
  readonly gates: readonly WhyGate[];
  /** When all of them but the limits are open; null where no time is sure to open one. */
  readonly wantedAt: EpochMs | null;
}

/** What lets nothing be handed over for now. */
export interface Holds {
  /** As of `SendLimits`. */
  readonly provider: ProviderState | undefined;
  readonly account: AccountState | undefined;
}

/** The plan's own waiting, windows, the provider, and what an earlier try has left behind. */
export function timedGates(
  facts: WhyFacts,
  ahead: Ahead,
  plan: CompiledPlan,
  settings: MachineSettings,
  holds: Holds,
): TimedGates {
  const { now, send } = facts;
  const away = awayGate(facts);
  const always = [eventGate(facts, ahead, plan), providerGate(holds), away, doubtGate(facts)];
  if (ahead.kind !== 'send') return { gates: always, wantedAt: null };

  const { action } = ahead;
  const entered = Math.max(now, ahead.at ?? now);
  const due = Math.max(entered, action.dueAt);
  const run = planRun(plan, action, settings, due).runAt;
  const waits = [
    ...always,
    ...waitGates(facts, action, ahead.at, away),
    run > due
      ? closedGate(
          'window',
          'the send window, the quiet hours or the time of day that the plan wants',
          run,
        )
      : openGate(
          'window',
          action.hurried === 'any_time'
            ? 'an operator lets it leave whatever the plan’s windows say'
            : 'the plan’s windows let it leave',
        ),
    ...(send === null || send.dispatched ? [] : plannedGates(facts, send, run)),
  ];
  if (waits.some(({ state, opensAt }) => state === 'closed' && opensAt === null)) {
    return { gates: waits, wantedAt: null };
  }
  const last = Math.max(run, ...waits.map(({ opensAt }) => opensAt ?? run));
  return { gates: waits, wantedAt: planRun(plan, action, settings, last).runAt };
}

function providerGate({ provider, account }: Holds): WhyGate {
  const heldUntil = provider?.heldUntil ?? null;
  const accountHeldUntil = account?.heldUntil ?? null;
  if (accountHeldUntil !== null && accountHeldUntil > (heldUntil ?? 0)) {
    const whose =
      account?.shared === true ? 'the installation’s account' : 'the tenant’s own account';
    return closedGate(
      'provider',
      `${whose} takes nothing for now: it has said 429`,
      accountHeldUntil,
    );
  }
  if (heldUntil !== null) {
    const reason = 'the provider takes nothing for now: it has said 429, or given no clear answer';
    return closedGate('provider', reason, heldUntil);
  }
  return provider?.probing === true
    ? closedGate(
        'provider',
        'the provider has given no clear answer several times: one message is tried at a time, until one is answered',
      )
    : openGate('provider', 'the provider takes messages');
}

function awayGate({ state, now }: WhyFacts): WhyGate {
  const hold = (state.away ?? []).find(({ from, until }) => from <= now && now < until);
  return hold === undefined
    ? openGate('away', 'the person is not known to be away')
    : closedGate('away', 'the person is away: time stands still until their return', hold.until);
}

function doubtGate({ doubtedUntil }: WhyFacts): WhyGate {
  return doubtedUntil === null
    ? openGate('doubted_address', 'the domain of the address is not in doubt')
    : closedGate(
        'doubted_address',
        'the domain of the address was not found, and is looked for once more: nothing is sent to it before, or after this time',
        doubtedUntil,
      );
}

function eventGate({ state }: WhyFacts, ahead: Ahead, plan: CompiledPlan): WhyGate {
  if (ahead.kind === 'send' && ahead.at === null) {
    return openGate('event', 'it waits for no event');
  }
  const events = awaitedEvents(plan, state);
  const node = `node ${state.nodeId ?? ''}`;
  const waits = events.length === 0 ? `${node} waits` : `${node} waits for ${events.join(', ')}`;
  switch (ahead.kind) {
    case 'send':
      return closedGate(
        'event',
        `${waits}; without an answer ${ahead.action.nodeId} follows`,
        ahead.at,
      );
    case 'ends':
      return closedGate(
        'event',
        `${waits}; without an answer the enrollment ends (${ahead.reason})`,
      );
    case 'nothing':
      return closedGate('event', `${waits}; no silence ends that`);
  }
}

/** The step's own delay, or the pause before another attempt. */
function waitGates(
  { now }: WhyFacts,
  { attempt, dueAt, hurried }: ImpliedAction,
  entersAt: EpochMs | null,
  away: WhyGate,
): WhyGate[] {
  // What an absence alone has put off is no delay of the plan's.
  const from = Math.max(now, away.opensAt ?? now);
  const waits = dueAt > (entersAt === null ? from : entersAt) && dueAt > now;
  if (hurried !== undefined) {
    const reason = 'an operator wants it now: the rest of its delay does not count';
    return [
      waits
        ? closedGate('delay', `${reason}, and the absence of the person does`, dueAt)
        : openGate('delay', reason),
    ];
  }
  if (attempt === 1) {
    return [
      waits
        ? closedGate('delay', 'the delay of the plan’s step', dueAt)
        : openGate('delay', 'the delay of the plan’s step is over'),
    ];
  }
  return [
    waits
      ? closedGate(
          'retry',
          `the attempt before has bounced or was lost: attempt ${attempt} waits`,
          dueAt,
        )
      : openGate('retry', `attempt ${attempt} need not wait for the one before`),
  ];
}

/** What the last try to dispatch it, or to hand it over, has left behind. */
function plannedGates(
  { now, message }: WhyFacts,
  send: NonNullable<WhyFacts['send']>,
  run: EpochMs,
): WhyGate[] {
  const moved = send.runAt > Math.max(run, now);
  const released = (message?.releases ?? 0) > 0 && !send.deferred;
  const rests = Math.max(moved && !released ? send.runAt : now, send.laneRestsUntil ?? now);
  return [
    moved && released
      ? closedGate(
          'back_off',
          'the provider could not be reached or refused for a reason that passes: it is tried again',
          send.runAt,
        )
      : openGate('back_off', 'no try has failed just now'),
    rests > now
      ? closedGate(
          'rest',
          'a limit has refused it, or others of its campaign and sender, or its address was in doubt: it is asked again then',
          rests,
        )
      : openGate('rest', 'the dispatcher asks for it'),
  ];
}
