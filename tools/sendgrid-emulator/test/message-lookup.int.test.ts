import { newId, type MessageInquiry, type MessageReference } from '@cadenza/domain';
import { createSendGridLookup, createSendGridMail } from '@cadenza/sendgrid';
import { describe, expect, test } from 'vitest';
import { EMULATOR_API_KEY, type AccountSettings, type EmulatorOptions } from '../src/index.ts';
import { fastEmulator, START } from './support/emulator.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A clock that stands almost still, for what must not happen meanwhile. */
const STILL = { rate: 1e-6, realBase: Date.now(), campaignBase: START };
const TENANT = newId();

const attempt = (messageId = newId(), number = 1): MessageReference => ({
  tenantId: TENANT,
  messageId,
  attempt: number,
});
const inquiry = (reference: MessageReference, recipient: string): MessageInquiry => ({
  reference,
  recipient,
  since: START,
});

/** An emulator, Cadenza's mail and its look-up against it. */
async function world(options: EmulatorOptions = {}) {
  const emulator = await fastEmulator(options);
  const connection = { apiKey: EMULATOR_API_KEY, baseUrl: emulator.url };
  const mail = createSendGridMail(connection);
  const lookup = createSendGridLookup({ ...connection, clock: emulator.clock });
  return {
    emulator,
    lookup,
    send: (reference: MessageReference, to: string) =>
      mail.send(
        {
          reference,
          from: { email: 'ada@example.com' },
          to: { email: to },
          subject: 'Hello',
          html: '<p>Hello</p>',
          text: 'Hello',
          headers: {},
          openTracking: true,
          clickTracking: true,
        },
        { monotonic: performance.now() + 10_000, wall: Date.now() + 10_000 },
      ),
    async [Symbol.asyncDispose]() {
      await Promise.all([mail.close(), lookup.close()]);
      await emulator.close();
    },
  };
}

const SOURCES: [string, AccountSettings][] = [
  ['email activity', {}],
  ['email logs, where there is no activity', { activityAddOn: false }],
];

describe.each(SOURCES)('%s', (_, account) => {
  test('tells what was accepted from what was not, in the order asked', async () => {
    await using at = await world({ account });
    const known = Array.from({ length: 5 }, (_, n) => ({
      reference: attempt(),
      to: `silent${n}@example.org`,
    }));
    const ids: (string | null)[] = [];
    for (const { reference, to } of known) {
      const outcome = await at.send(reference, to);
      if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${outcome.kind}`);
      ids.push(outcome.providerMessageId);
    }
    const asked = known.map(({ reference, to }) => inquiry(reference, to));
    const never = inquiry(attempt(), 'never@example.org');
    const answers = await at.lookup.lookUp([never, ...asked]);
    expect(answers).toMatchObject([
      { kind: 'not_found' },
      ...ids.map((id) => ({
        kind: 'found',
        providerMessageId: expect.stringMatching(new RegExp(`^${id}\\.`)),
        status: expect.stringMatching(/^(accepted|delivered)$/),
      })),
    ]);
  });

  test('one attempt is no evidence for another, nor one message for its neighbour', async () => {
    await using at = await world({ account });
    const to = 'silent@example.org';
    const [first, second, neighbour] = [attempt(), attempt(newId(), 2), attempt()];
    await at.send(first, to);
    await at.send(second, to);
    const answers = await at.lookup.lookUp([
      inquiry({ ...first, attempt: 2 }, to),
      inquiry(first, to),
      inquiry({ ...second, attempt: 1 }, to),
      inquiry(second, to),
      inquiry(neighbour, to),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual([
      'not_found',
      'found',
      'not_found',
      'found',
      'not_found',
    ]);
  });

  test('finds what was accepted without an answer, and not what was cut off before', async () => {
    await using at = await world({ account });
    at.emulator.faults.add({ kind: 'accept_then_drop', recipient: 'taken@example.org' });
    at.emulator.faults.add({ kind: 'drop_before_accept', recipient: 'cut@example.org' });
    const [taken, cut] = [attempt(), attempt()];
    expect((await at.send(taken, 'taken@example.org')).kind).toBe('unknown');
    expect((await at.send(cut, 'cut@example.org')).kind).toBe('unknown');
    const answers = await at.lookup.lookUp([
      inquiry(taken, 'taken@example.org'),
      inquiry(cut, 'cut@example.org'),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(['found', 'not_found']);
  });

  test('shows nothing before it is indexed', async () => {
    await using at = await world({ clock: STILL, account: { ...account, indexingLagMs: MINUTE } });
    const reference = attempt();
    await at.send(reference, 'silent@example.org');
    const look = async () => {
      const [answer] = await at.lookup.lookUp([inquiry(reference, 'silent@example.org')]);
      return answer?.kind;
    };
    expect(await look()).toBe('not_found');
    at.emulator.clock.set({ ...STILL, campaignBase: START + 2 * MINUTE });
    expect(await look()).toBe('found');
  });

  test('says what became of a message', async () => {
    await using at = await world({ account });
    const people = ['silent', 'hardbounce', 'blocked', 'dropped'].map((word) => ({
      reference: attempt(),
      to: `${word}@example.org`,
    }));
    for (const { reference, to } of people) await at.send(reference, to);
    await at.emulator.idle();
    const answers = await at.lookup.lookUp(people.map((one) => inquiry(one.reference, one.to)));
    expect(answers).toMatchObject([
      { status: 'delivered' },
      { status: 'not_delivered' },
      { status: 'not_delivered' },
      { status: 'not_delivered' },
    ]);
  });

  test('past what SendGrid keeps, finding nothing says nothing', async () => {
    await using at = await world({ clock: STILL, account });
    const reference = attempt();
    await at.send(reference, 'silent@example.org');
    at.emulator.clock.set({ ...STILL, campaignBase: START + 30 * DAY });
    const answers = await at.lookup.lookUp([
      inquiry(reference, 'silent@example.org'),
      inquiry(attempt(), 'never@example.org'),
    ]);
    expect(answers).toMatchObject([
      { kind: 'found' },
      { kind: 'could_not_look', cause: 'out_of_retention' },
    ]);
  });
});

describe('a look-up that fails is never taken for absence', () => {
  test.each([
    ['rate limit', { kind: 'respond', status: 429, resetInSeconds: 30 }, 'rate_limited'],
    ['server error', { kind: 'respond', status: 503 }, 'unreachable'],
    ['cut connection', { kind: 'drop_before_accept' }, 'unreachable'],
    ['refused key', { kind: 'respond', status: 401 }, 'not_enabled'],
  ] as const)('%s', async (_, fault, cause) => {
    await using at = await world();
    const reference = attempt();
    await at.send(reference, 'silent@example.org');
    const asked = [
      inquiry(reference, 'silent@example.org'),
      inquiry(attempt(), 'never@example.org'),
    ];
    const ids = ['/v3/messages', '/v3/logs'].map((path) =>
      at.emulator.faults.add({ ...fault, path }),
    );
    const failed = await at.lookup.lookUp(asked);
    expect(failed).toMatchObject([
      { kind: 'could_not_look', cause },
      { kind: 'could_not_look', cause },
    ]);
    for (const id of ids) at.emulator.faults.remove(id);
    const answers = await at.lookup.lookUp(asked);
    expect(answers.map(({ kind }) => kind)).toEqual(['found', 'not_found']);
  });

  test('a rate limit says when to come back', async () => {
    await using at = await world();
    for (const resetForm of ['epoch', 'seconds'] as const) {
      at.emulator.faults.add({
        kind: 'respond',
        status: 429,
        path: '/v3/messages',
        resetInSeconds: 30,
        resetForm,
        times: 1,
      });
      const [answer] = await at.lookup.lookUp([inquiry(attempt(), 'never@example.org')]);
      if (answer?.kind !== 'could_not_look') throw new Error('looked all the same');
      expect(answer.retryAfterMs).toBeGreaterThan(28_000);
      expect(answer.retryAfterMs).toBeLessThanOrEqual(30_000);
    }
  });

  test('neither activity nor logs to be had', async () => {
    await using at = await world({ account: { activityAddOn: false, emailLogs: false } });
    expect(await at.lookup.lookUp([inquiry(attempt(), 'a@example.org')])).toMatchObject([
      {
        kind: 'could_not_look',
        cause: 'not_enabled',
        reason: expect.stringMatching(/^HTTP 403 .*access forbidden/),
      },
    ]);
  });

  test('a ledger that keeps nothing', async () => {
    await using at = await world({ ledger: 'counts' });
    const reference = attempt();
    await at.send(reference, 'silent@example.org');
    expect(await at.lookup.lookUp([inquiry(reference, 'silent@example.org')])).toMatchObject([
      { kind: 'could_not_look', cause: 'not_enabled' },
    ]);
  });
});
