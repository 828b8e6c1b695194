import type { SendOutcome } from '@cadenza/domain';
import { stopEnrollments, type Explanation } from '@cadenza/engine';
import { describe, expect, inject, test } from 'vitest';
import {
  ACCEPT,
  deliver,
  messageIdOf,
  provider,
  providerEvent,
  sendOptions,
} from './support/scenario.ts';
import { HOUR, MINUTE, plan, testSituations, type Situation, useWhyWorld } from './support/why.ts';
import { processSends } from './support/world.ts';

const w = useWhyWorld();

const SITUATIONS: readonly Situation[] = [
  {
    name: 'the provider has said 429',
    async arrange(w) {
      const one = await w.person();
      await w.work({
        kind: 'not_handed_off',
        cause: 'rate_limited',
        retryAfterMs: 10 * MINUTE,
        reason: 'too many requests',
      });
      // The message's own pause is as long: what holds everything is told.
      await w.world.rows(
        "UPDATE provider_holds SET held_until = campaign_now() + interval '11 minutes'",
      );
      return one;
    },
    gate: 'provider',
  },
  {
    name: 'the provider could not be reached',
    async arrange(w) {
      const one = await w.person();
      const lost: SendOutcome = {
        kind: 'not_handed_off',
        cause: 'connection_failed',
        retryAfterMs: 5 * MINUTE,
        reason: 'ECONNREFUSED',
      };
      await w.work(lost);
      return one;
    },
    gate: 'back_off',
  },
  {
    name: 'the breaker lets one message through at a time',
    async arrange(w) {
      const one = await w.person();
      await w.world.rows(
        `INSERT INTO provider_holds (channel, held_until, unknowns, probing)
         VALUES ('email', '-infinity', 5, true)`,
      );
      return one;
    },
    gate: 'provider',
    reason: /one message is tried at a time/,
    decide: async () => undefined,
  },
  {
    name: 'it bounced softly',
    async arrange(w) {
      const one = await w.person();
      await w.work();
      await deliver({ ...w.world, clock: w.clock }, [
        providerEvent(
          { ...w.world, clock: w.clock },
          { ...one, messageId: await messageIdOf(w.world, one.id) },
          'bounced',
          {
            bounceKind: 'soft',
          },
        ),
      ]);
      return one;
    },
    gate: 'retry',
  },
  {
    name: 'the plan waits for an open, and goes on without one',
    async arrange(w) {
      const one = await w.person();
      await w.work();
      return one;
    },
    gate: 'event',
    reason: /node first waits for opened; without an answer second follows/,
  },
  {
    name: 'the step is too late',
    async arrange(w) {
      const one = await w.person(await w.world.createTenant(plan({ maxLateness: 'PT1H' })));
      await w.jump(w.clock.now() + 2 * HOUR);
      return one;
    },
    gate: 'lateness',
    never: true,
  },
  {
    name: 'an operator has stopped it',
    async arrange(w) {
      const one = await w.person();
      await stopEnrollments(
        { tenantId: one.tenant.tenantId, enrollmentIds: [one.id], reason: 'a wrong list' },
        { ...w.world, now: () => w.clock.now() },
      );
      return one;
    },
    gate: 'ended',
    reason: /stopped: a wrong list/,
    never: true,
  },
  {
    name: 'the provider has refused it for good',
    async arrange(w) {
      const one = await w.person();
      await w.work({ kind: 'rejected', scope: 'message', statusCode: 400, reason: 'bad subject' });
      return one;
    },
    gate: 'ended',
    reason: /failed: rejected \(bad subject\)/,
    never: true,
  },
  {
    name: 'nobody knows whether it went out',
    async arrange(w) {
      const one = await w.person();
      await w.work({ kind: 'unknown', reason: 'socket hang up' });
      return one;
    },
    gate: 'outcome_unknown',
    never: true,
  },
];

describe.skipIf(inject('redisUrl') === null)(
  'why a message has not been sent, by its hand-off',
  () => {
    testSituations(w, SITUATIONS);

    test('where it is in the queue, its slot is named', async () => {
      const one = await w.person();
      const actions = await w.dispatched();

      const { answer, expectedAt, gates } = await w.why(one);

      expect(answer).toMatchObject({ gate: 'queue', state: 'closed' });
      expect(gates.filter(({ gate }) => gate === 'limit')).toEqual([]);
      await processSends(
        actions,
        sendOptions(w.world, provider(() => ACCEPT).port, { clock: w.clock, limiter: w.limiter }),
      );
      expect((await w.begun(one))[0]).toBeGreaterThanOrEqual(expectedAt ?? Infinity);
    });

    test('where it is in the queue and nobody works, its lease is named', async () => {
      const one = await w.person();
      await w.dispatched();
      await w.jump(w.clock.now() + 10 * MINUTE);

      const { answer, expectedAt } = await w.why(one);

      expect(answer).toMatchObject({
        gate: 'queue',
        reason: expect.stringMatching(/slot is over/),
      });
      expect(answer.opensAt).toBeGreaterThan(w.clock.now());
      expect(expectedAt).toBeNull();
    });

    test('where the provider has it, that is said', async () => {
      const one = await w.person();
      const seen: Explanation[] = [];
      const { port } = provider(async () => {
        seen.push(await w.why(one));
        return ACCEPT;
      });
      await processSends(
        await w.dispatched(),
        sendOptions(w.world, port, { clock: w.clock, limiter: w.limiter }),
      );
      expect(seen).toMatchObject([
        { answer: { gate: 'handing_off' }, expectedAt: null, gates: [{ gate: 'handing_off' }] },
      ]);
    });
  },
);
