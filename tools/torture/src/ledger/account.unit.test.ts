import { describe, expect, it } from 'vitest';
import { accountFor, type Fate, type PlannedMessage } from './account.ts';

function message(over: Partial<PlannedMessage> = {}): PlannedMessage {
  return {
    id: 'm',
    enrollmentId: 'e',
    attempt: 1,
    status: 'delivered',
    liveAction: false,
    believedAccepted: true,
    answered: true,
    undelivered: [],
    ...over,
  };
}

const NOT_SENT = { believedAccepted: false, answered: false } as const;

/** The message, the attempts that the provider accepted, and what each attempt comes to. */
const FATES: readonly (readonly [string, Partial<PlannedMessage>, number[], Fate[]])[] = [
  ['accepted once is accepted', {}, [1], ['accepted']],
  ['accepted twice is doubled', {}, [1, 1], ['doubled']],
  [
    'accepted again in a second attempt is doubled',
    { attempt: 2 },
    [1, 2],
    ['accepted', 'doubled'],
  ],
  [
    'accepted again after the first attempt has bounced is not',
    { attempt: 2, undelivered: [1] },
    [1, 2],
    ['accepted', 'accepted'],
  ],
  ['believed accepted, and not accepted, is lost', { status: 'sent' }, [], ['lost']],
  ['queued at the end is lost', { ...NOT_SENT, status: 'queued' }, [], ['lost']],
  ['under way at the end is lost', { ...NOT_SENT, status: 'dispatching' }, [], ['lost']],
  ['held, and not accepted, is unknown', { ...NOT_SENT, status: 'unknown' }, [], ['unknown']],
  [
    'held although it was accepted is unresolved',
    { ...NOT_SENT, status: 'unknown' },
    [1],
    ['unresolved'],
  ],
  ['refused for good is failed', { ...NOT_SENT, status: 'failed' }, [], ['failed']],
  ['not implied any more is suppressed', { ...NOT_SENT, status: 'canceled' }, [], ['suppressed']],
  ['canceled although it was accepted is lost', { ...NOT_SENT, status: 'canceled' }, [1], ['lost']],
  [
    'canceled with an action that would send it is lost',
    { ...NOT_SENT, status: 'canceled', liveAction: true },
    [],
    ['lost'],
  ],
];

describe('a message that is', () => {
  it.each(FATES)('%s', (_, over, attempts, fates) => {
    const accepted = attempts.map((attempt) => ({ messageId: 'm', attempt }));
    const { entries } = accountFor([message(over)], accepted);
    expect(entries.map(({ fate }) => fate)).toEqual(fates);
  });
});

it('what was accepted and never planned is unexpected', () => {
  const account = accountFor([], [{ messageId: 'stranger', attempt: 1 }]);
  expect(account.byFate).toMatchObject({ unexpected: 1, accepted: 0 });
  expect(account.planned).toBe(0);
});

it('what an event alone has told is counted as recovered', () => {
  const account = accountFor([message({ answered: false })], [{ messageId: 'm', attempt: 1 }]);
  expect(account).toMatchObject({ recovered: 1, byFate: { accepted: 1 } });
});
