import { expect, test } from 'vitest';
import { createLedger, type AcceptedEntry } from './ledger.ts';

const entry = (customArgs: Record<string, string>): Omit<AcceptedEntry, 'kind'> => ({
  at: 0,
  providerMessageId: 'id',
  keyEnd: '.key',
  smtpId: '<id@x>',
  personalization: 0,
  from: 'a@example.com',
  to: ['b@example.org'],
  cc: [],
  bcc: [],
  subject: 's',
  headers: {},
  customArgs,
  categories: [],
  sendAt: null,
  contentHash: '',
});

test.each(['full', 'counts'] as const)('doubled() tells attempts from messages (%s)', (mode) => {
  const ledger = createLedger(mode);
  ledger.accept(entry({ cadenza_message_id: 'once', cadenza_attempt: '1' }));
  for (const attempt of ['1', '2']) {
    ledger.accept(entry({ cadenza_message_id: 'retried', cadenza_attempt: attempt }));
  }
  for (let time = 0; time < 2; time += 1) {
    ledger.accept(entry({ cadenza_message_id: 'doubled', cadenza_attempt: '1' }));
  }
  ledger.accept(entry({ other: 'not ours' }));
  expect(ledger.doubled()).toEqual({
    attempts: [{ messageId: 'doubled', attempt: '1', times: 2 }],
    messages: [
      { messageId: 'retried', times: 2 },
      { messageId: 'doubled', times: 2 },
    ],
  });
  expect(ledger.counts()).toMatchObject({ accepted: 6, doubledAttempts: 1, doubledMessages: 2 });
  expect(ledger.accepted).toHaveLength(mode === 'full' ? 6 : 0);
});

test('whenAccepted waits for the count and no longer', async () => {
  const ledger = createLedger('counts');
  let reached = false;
  const waiting = ledger.whenAccepted(2).then(() => {
    reached = true;
  });
  ledger.accept(entry({}));
  await Promise.resolve();
  expect(reached).toBe(false);
  ledger.accept(entry({}));
  await waiting;
  expect(reached).toBe(true);
});
