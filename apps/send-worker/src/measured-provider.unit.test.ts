import type { MailProvider, OutboundMail, SendOutcome } from '@cadenza/domain';
import { createMetrics } from '@cadenza/telemetry';
import { expect, it } from 'vitest';
import { measuredProvider } from './measured-provider.ts';

const MAIL: OutboundMail = {
  reference: { tenantId: 't', messageId: 'm', attempt: 1 },
  from: { email: 'ann@example.com' },
  to: { email: 'bob@example.org' },
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  headers: {},
  openTracking: true,
  clickTracking: true,
};

it('times each call under its outcome, and hands on what the provider says', async () => {
  const outcomes: SendOutcome[] = [
    { kind: 'accepted', providerMessageId: 'abc' },
    { kind: 'unknown', reason: 'time-out' },
    { kind: 'accepted', providerMessageId: null },
  ];
  const answers = [...outcomes];
  const calls: Parameters<MailProvider['send']>[] = [];
  const provider: MailProvider = {
    send(...call) {
      calls.push(call);
      return Promise.resolve(answers.shift() ?? { kind: 'unknown', reason: 'nothing left' });
    },
    close: () => Promise.resolve(),
  };
  const metrics = createMetrics({ app: 'send-worker' });
  const measured = measuredProvider(provider, metrics);
  const deadline = { monotonic: 1, wall: 2 };

  const given: SendOutcome[] = [];
  while (answers.length > 0) given.push(await measured.send(MAIL, deadline));

  expect(given).toEqual(outcomes);
  expect(calls).toEqual(outcomes.map(() => [MAIL, deadline]));
  const text = await metrics.text();
  const count = (outcome: string) =>
    `cadenza_hand_off_seconds_count{app="send-worker",outcome="${outcome}"}`;
  expect(text).toContain(`${count('accepted')} 2`);
  expect(text).toContain(`${count('unknown')} 1`);
});
