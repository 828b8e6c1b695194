import { describe, expect, it } from 'vitest';
import { parsePlan, type CompiledPlan, type EnrollmentState } from '@cadenza/plan';
import type { SendLimits } from '../ports/limits.ts';
import type { WhyFacts } from '../ports/why.ts';
import type { AskedLimits } from './asked-limits.ts';
import { explain } from './explain.ts';
import { whatFollows } from './next-send.ts';
import { accountOf } from '../send/account-of.ts';
import { timedGates } from './timed-gates.ts';

const HOUR = 3_600_000;
const now = Date.UTC(2027, 2, 9, 12);
const settings = { timezone: null, graceMs: 120_000 };
const node = (id: string, transitions: readonly object[], over: object = {}) => ({
  id,
  channel: 'email',
  action: 'send',
  subject: 'Hello',
  body: '<p>Hello</p>',
  transitions,
  ...over,
});

function compiled(nodes: readonly object[], over: object = {}): CompiledPlan {
  const parsed = parsePlan({
    version: '1.0',
    timezone: 'UTC',
    startNodeId: 'first',
    nodes,
    ...over,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

const plan = compiled([
  node('first', [{ on: 'no_open', to: 'second', after: 'PT72H' }]),
  node('second', [], { schedule: { delay: 'PT1H' } }),
]);
const scheduled: EnrollmentState = {
  phase: 'scheduled',
  nodeId: 'first',
  visit: 1,
  attempt: 1,
  enteredAt: now - HOUR,
  anchor: null,
  visits: { first: 1 },
  seen: [],
  happened: [],
  retry: null,
  behind: null,
  end: null,
};
const sentAt = now - HOUR;
const listening: EnrollmentState = {
  ...scheduled,
  phase: 'listening',
  anchor: { nodeId: 'first', visit: 1, attempt: 1, sentAt },
};
const facts: WhyFacts = {
  now,
  state: scheduled,
  channel: 'email',
  planVersionId: 'v',
  timezone: null,
  campaign: { status: 'running', pauseReason: null },
  tenant: { paused: false, pauseReason: null, postalAddress: 'Rd. 1', unknownPolicy: 'hold' },
  sender: {
    id: 's',
    from: 'ann@example.com',
    verification: 'verified',
    paused: false,
    pauseReason: null,
    ipPool: null,
    spacing: null,
  },
  address: 'jo@example.org',
  blockedFor: [],
  suppressions: [],
  doubtedUntil: null,
  leftAt: null,
  leftAllAt: null,
  send: {
    actionId: 'a',
    messageId: 'm',
    dispatched: false,
    runAt: now - HOUR,
    deferred: false,
    slotStart: null,
    slotEnd: null,
    leaseUntil: null,
    laneRestsUntil: null,
    ahead: 0,
  },
  timerAt: null,
  message: null,
};
const limits: SendLimits = {
  limits: [],
  ramps: [],
  now,
  providers: {},
  accounts: {},
  pausedFor: null,
};
const held = (until: number): Partial<SendLimits> => ({
  providers: { email: { heldUntil: until, doubted: false, probing: false } },
});
const scope = { key: 'sender:s', limit: 20, windowMs: 60_000 };
const free: AskedLimits = { state: 'answered', together: now, limits: [{ scope, from: now }] };

function why(
  over: Partial<WhyFacts> = {},
  asked: AskedLimits = free,
  limited: Partial<SendLimits> = {},
  by: CompiledPlan = plan,
) {
  const read = { ...facts, ...over };
  const all = { ...limits, ...limited };
  const ahead = whatFollows(by, read.state, settings, read.timerAt);
  const timed = timedGates(read, ahead, by, settings, {
    provider: all.providers[read.channel],
    account: accountOf(all, { tenantId: 't', channel: read.channel }),
  });
  return explain({ facts: read, limits: all, plan: by, settings, ahead, timed, asked, rate: 1 });
}

describe('why a message has not been sent', () => {
  it('is its turn, where nothing is closed', () => {
    const { answer, expectedAt, gates } = why();
    expect(answer).toMatchObject({ gate: 'turn', state: 'open' });
    expect(expectedAt).toBe(now);
    expect(gates.filter(({ state }) => state === 'closed')).toEqual([]);
  });

  it('is what somebody has to decide, before all that time opens', () => {
    const paused = { campaign: { status: 'paused', pauseReason: 'a typo' } } as const;
    expect(why(paused, free, held(now + HOUR))).toMatchObject({
      answer: { gate: 'campaign', opensAt: null },
      expectedAt: null,
    });
    const tenant = { ...facts.tenant, paused: true };
    expect(why({ ...paused, tenant }).answer.gate).toBe('tenant');
    expect(why({ ...paused, tenant }, free, { pausedFor: 'stop' }).answer.gate).toBe('everything');
    expect(why({ ...paused, address: null }).answer.gate).toBe('address');
  });

  it('is the gate that opens last, where time opens them all', () => {
    const full: AskedLimits = {
      state: 'answered',
      together: now + 2 * HOUR,
      limits: [{ scope, from: now + 2 * HOUR }],
    };
    expect(why({}, full, held(now + HOUR))).toMatchObject({
      answer: { gate: 'limit', opensAt: now + 2 * HOUR },
      expectedAt: now + 2 * HOUR,
    });
    expect(why({}, full, held(now + 3 * HOUR))).toMatchObject({
      answer: { gate: 'provider', opensAt: now + 3 * HOUR },
    });
  });

  it('asks the provider of its own channel', () => {
    expect(why({ channel: 'sms' }, free, held(now + HOUR)).answer.gate).toBe('turn');
    const sms = { heldUntil: now + HOUR, doubted: false, probing: false };
    expect(why({ channel: 'sms' }, free, { providers: { sms } }).answer).toMatchObject({
      gate: 'provider',
      opensAt: now + HOUR,
    });
  });

  it('is the account of the tenant’s own, for mail', () => {
    const accounts = { t: { heldUntil: now + HOUR, doubted: false, shared: false } };
    expect(why({}, free, { accounts }).answer).toMatchObject({
      gate: 'provider',
      reason: expect.stringContaining('own account') as string,
      opensAt: now + HOUR,
    });
    expect(why({}, free, { ...held(now + 2 * HOUR), accounts }).answer).toMatchObject({
      opensAt: now + 2 * HOUR,
    });
    expect(why({ channel: 'sms' }, free, { accounts }).answer.gate).toBe('turn');
    expect(
      why({}, free, { accounts: { t: { ...accounts.t, shared: true } } }).answer,
    ).toMatchObject({
      reason: expect.stringContaining('the installation’s account') as string,
    });
  });

  it('puts the time that limits allow into the next window', () => {
    const office = compiled([node('first', [])], { quietHours: { start: '17:00', end: '09:00' } });
    const full: AskedLimits = {
      state: 'answered',
      together: now + 8 * HOUR,
      limits: [{ scope, from: now + 8 * HOUR }],
    };
    expect(why({}, full, {}, office).expectedAt).toBe(Date.UTC(2027, 2, 10, 9));
  });

  it('counts a window for each whole limit of those who come first', () => {
    const busy: AskedLimits = {
      state: 'answered',
      together: now + 30_000,
      limits: [{ scope, from: now + 30_000 }],
    };
    const send = facts.send && { ...facts.send, ahead: 45 };
    expect(why({ send }, busy).expectedAt).toBe(now + 30_000 + 2 * 60_000);
  });

  it('follows a silence to the next message', () => {
    const state = listening;
    const silent = sentAt + 72 * HOUR;
    const timerAt = silent + 120_000;
    const { answer, expectedAt, next } = why(
      { state, send: null, timerAt },
      {
        ...free,
        together: silent + HOUR,
      },
    );
    expect(answer).toMatchObject({ gate: 'delay', opensAt: silent + HOUR });
    expect(next).toMatchObject({ nodeId: 'second', messageId: null, dueAt: silent + HOUR });
    expect(expectedAt).toBe(silent + HOUR);
  });

  it('knows no time where only an event goes on, or a silence ends it', () => {
    const stops = compiled([
      node('first', [
        { on: 'opened', to: 'second', within: 'PT72H' },
        { on: 'no_open', to: 'stop', after: 'PT72H' },
      ]),
      node('second', []),
    ]);
    expect(why({ state: listening, send: null }, { state: 'unasked' }, {}, stops)).toMatchObject({
      answer: { gate: 'event', opensAt: null, reason: expect.stringContaining('opened') },
      expectedAt: null,
      next: null,
    });
  });

  it('is late where the step will be by the time that is expected', () => {
    const hasty = compiled([node('first', [])], { maxLateness: 'PT2H' });
    expect(why({}, free, {}, hasty).answer.gate).toBe('turn');
    expect(why({}, free, held(now + 3 * HOUR), hasty)).toMatchObject({
      answer: { gate: 'lateness', opensAt: null },
      expectedAt: null,
    });
  });
});
