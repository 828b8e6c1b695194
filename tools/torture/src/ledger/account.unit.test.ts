import { describe, expect, it } from 'vitest';
import { accountFor, type Fate, type PlannedAttempt } from './account.ts';

function attempt(over: Partial<PlannedAttempt> = {}): PlannedAttempt {
  return {
    messageId: 'm',
    enrollmentId: 'e',
    attempt: 1,
    status: 'delivered',
    liveAction: false,
    believedAccepted: true,
    answered: true,
    undelivered: false,
    takenForLostAt: null,
    ...over,
  };
}

function accepted(number: number, at = 0) {
  return { messageId: 'm', attempt: number, at };
}

const NOT_SENT = { believedAccepted: false, answered: false } as const;

/** An attempt, how often the provider accepted it, and what it comes to. */
const FATES: readonly (readonly [string, Partial<PlannedAttempt>, number, Fate])[] = [
  ['accepted once is accepted', {}, 1, 'accepted'],
  ['accepted twice is doubled', {}, 2, 'doubled'],
  ['believed accepted, and not accepted, is lost', { status: 'sent' }, 0, 'lost'],
  ['queued at the end is lost', { ...NOT_SENT, status: 'queued' }, 0, 'lost'],
  ['under way at the end is lost', { ...NOT_SENT, status: 'dispatching' }, 0, 'lost'],
  ['held, and not accepted, is unknown', { ...NOT_SENT, status: 'unknown' }, 0, 'unknown'],
  [
    'held although it was accepted is unresolved',
    { ...NOT_SENT, status: 'unknown' },
    1,
    'unresolved',
  ],
  [
    'taken for lost, and not accepted, is sent again',
    { ...NOT_SENT, status: 'unknown', takenForLostAt: 9 },
    0,
    'resent',
  ],
  ['refused for good is failed', { ...NOT_SENT, status: 'failed' }, 0, 'failed'],
  ['not implied any more is suppressed', { ...NOT_SENT, status: 'canceled' }, 0, 'suppressed'],
  ['canceled although it was accepted is lost', { ...NOT_SENT, status: 'canceled' }, 1, 'lost'],
  [
    'canceled with an action that would send it is lost',
    { ...NOT_SENT, status: 'canceled', liveAction: true },
    0,
    'lost',
  ],
];

it.each(FATES)('an attempt that is %s', (_, over, times, fate) => {
  const { entries } = accountFor(
    [attempt(over)],
    Array.from({ length: times }, () => accepted(1)),
  );
  expect(entries.map((entry) => entry.fate)).toEqual([fate]);
});

describe('a second attempt that is accepted after the first one was', () => {
  const second = attempt({ attempt: 2 });
  const both = [accepted(1, 100), accepted(2, 900)];

  it.each<[string, Partial<PlannedAttempt>, Fate]>([
    ['doubles it', {}, 'doubled'],
    ['does not where the first has bounced', { undelivered: true }, 'accepted'],
    ['doubles it where the first was there to be found', { takenForLostAt: 200 }, 'doubled'],
    ['is the residue of resending where the first came later', { takenForLostAt: 50 }, 'residue'],
    ['and so it is where the first came during the look-up', { takenForLostAt: 109 }, 'residue'],
  ])('%s', (_, first, fate) => {
    const { entries, planned } = accountFor([attempt(first), second], both, 10);
    expect(entries.map((entry) => entry.fate)).toEqual(['accepted', fate]);
    expect(planned).toBe(1);
  });
});

it('what was accepted and never planned is unexpected', () => {
  const account = accountFor([attempt()], [accepted(1), accepted(2)]);
  expect(account.byFate).toMatchObject({ unexpected: 1, accepted: 1 });
});

it('what an event alone has told is counted as recovered', () => {
  const account = accountFor([attempt({ answered: false })], [accepted(1)]);
  expect(account).toMatchObject({ recovered: 1, byFate: { accepted: 1 } });
});
