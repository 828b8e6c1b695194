import {
  InvalidInputError,
  type HandOffRecord,
  type RateLimiter,
  type RateScope,
  type SlotRequest,
} from '@cadenza/domain';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mostInAnyWindow, worstInAnyWindow } from './brute-force.ts';
import { NaiveLimiter } from './naive-limiter.ts';

/** Limiters over one empty, open store: each stands for a process with its own connection. */
export interface Subject {
  readonly limiters: readonly [RateLimiter, ...RateLimiter[]];
  /** Empties the store, leaving it open. */
  reset(): Promise<void>;
  dispose(): Promise<void>;
}

const T = Date.UTC(2026, 0, 5, 9);
const SENDER: RateScope = { key: 'sender:a', limit: 20, windowMs: 60_000 };

function ask(id: string, scopes: readonly RateScope[], at: number, notAfter = at): SlotRequest {
  return { id, scopes, notBefore: at, notAfter };
}

function many(prefix: string, count: number, scopes: readonly RateScope[], at: number, after = at) {
  return Array.from({ length: count }, (_, n) => ask(`${prefix}${n}`, scopes, at, after));
}

/** What every limiter has to keep, whatever holds its slots. */
export function limiterConformance(
  name: string,
  create: (options: { readonly minSlotMs: number }) => Promise<Subject>,
  { runs }: { readonly runs: number },
): void {
  describe(`${name} keeps the rules of a rate limiter`, () => {
    let subject: Subject;
    let limiter: RateLimiter;

    beforeEach(async () => {
      subject = await create({ minSlotMs: 0 });
      limiter = subject.limiters[0];
    });
    afterEach(() => subject.dispose());

    it('counts the channels of one tenant apart', async () => {
      const mail = [SENDER, { key: 'tenant:t', limit: 20, windowMs: 60_000 }];
      const sms = [
        { key: 'sender:b', limit: 10, windowMs: 60_000 },
        { key: 'sender:b', limit: 15, windowMs: 3_600_000 },
        { key: 'tenant:sms:t', limit: 18, windowMs: 86_400_000 },
      ];
      const granted = async (requests: SlotRequest[], now: number) =>
        (await limiter.reserve(requests, now)).filter((decision) => decision.granted).length;
      expect(await granted(many('m', 25, mail, T), T)).toBe(20);
      expect(await granted(many('s', 25, sms, T), T)).toBe(10);
      const [minute, hour] = [T + 120_000, T + 2 * 3_600_000];
      expect(await granted(many('n', 25, mail, minute), minute)).toBe(20);
      // What the hour has left, and then the day.
      expect(await granted(many('u', 25, sms, minute), minute)).toBe(5);
      expect(await granted(many('v', 25, sms, hour), hour)).toBe(3);
    });

    it('grants exactly the limit, and says when the next can start', async () => {
      const decisions = await limiter.reserve(many('m', 25, [SENDER], T), T);
      expect(decisions.filter((d) => d.granted)).toHaveLength(20);
      expect(decisions.slice(0, 20)).toEqual(
        Array.from({ length: 20 }, (_, n) => ({
          granted: true,
          id: `m${n}`,
          start: T,
          end: T + 1_200,
        })),
      );
      const retryAt = T + 1_200 + 60_000;
      expect(decisions[24]).toEqual({ granted: false, id: 'm24', scope: 'sender:a', retryAt });

      const [early] = await limiter.reserve([ask('x', [SENDER], T, retryAt - 1)], T);
      expect(early).toEqual({ granted: false, id: 'x', scope: 'sender:a', retryAt });
      const [late] = await limiter.reserve([ask('x', [SENDER], T, retryAt)], T);
      expect(late).toEqual({ granted: true, id: 'x', start: retryAt, end: retryAt + 1_200 });
    });

    it('plans slots ahead, in the order of the requests', async () => {
      const one: RateScope = { key: 'k', limit: 1, windowMs: 1_000 };
      const decisions = await limiter.reserve(many('m', 3, [one], T, T + 60_000), T);
      expect(decisions.map((d) => d.granted && [d.id, d.start - T])).toEqual([
        ['m0', 0],
        ['m1', 1_020],
        ['m2', 2_040],
      ]);
    });

    it('looks at slots ahead as at slots behind', async () => {
      const one: RateScope = { key: 'k', limit: 1, windowMs: 1_000 };
      const now = T - 10_000;
      await limiter.reserve([ask('ahead', [one], T)], now);
      const fitting = ask('before', [one], T - 1_020);
      const touching = ask('touching', [one], T - 1_019, T + 5_000);
      const [second, first] = await limiter.reserve([touching, fitting], now);
      expect(first).toMatchObject({ granted: true, start: T - 1_020 });
      expect(second).toMatchObject({ granted: true, start: T + 1_020 });
    });

    it('takes nothing from any scope when one refuses', async () => {
      const full: RateScope = { key: 'tenant:t', limit: 1, windowMs: 60_000 };
      const roomy: RateScope = { key: 'sender:s', limit: 2, windowMs: 60_000 };
      const [first] = await limiter.reserve([ask('a', [full], T)], T);
      expect(first?.granted).toBe(true);
      const refused = await limiter.reserve(many('r', 50, [roomy, full], T), T);
      for (const decision of refused) {
        expect(decision).toMatchObject({ granted: false, scope: 'tenant:t' });
      }
      const after = await limiter.reserve(many('s', 3, [roomy], T), T);
      expect(after.map((d) => d.granted)).toEqual([true, true, false]);
    });

    it('finds the first start that fits all scopes together', async () => {
      const a: RateScope = { key: 'a', limit: 1, windowMs: 1_000 };
      const b: RateScope = { key: 'b', limit: 1, windowMs: 1_000 };
      await limiter.reserve([ask('a', [a], T), ask('b', [b], T + 1_500)], T);
      const [both] = await limiter.reserve([ask('both', [a, b], T, T + 9_000)], T);
      expect(both).toMatchObject({ granted: true, start: T + 1_500 + 20 + 1_000 });
    });

    it('keeps keys apart, and the windows of one key together', async () => {
      const minute: RateScope = { key: 's1', limit: 2, windowMs: 60_000 };
      const hour: RateScope = { key: 's1', limit: 3, windowMs: 3_600_000 };
      const other: RateScope = { key: 's2', limit: 1, windowMs: 60_000 };
      const starts = await limiter.reserve(
        [...many('m', 5, [minute, hour], T, T + 7_200_000), ask('o', [other], T)],
        T,
      );
      const second = 1_200 + 60_000;
      expect(starts.map((d) => d.granted && d.start - T)).toEqual([
        0,
        0,
        second,
        3_600_000 + 1_200,
        3_600_000 + 1_200,
        0,
      ]);
    });

    it('gives released slots to others, and ignores unknown ids', async () => {
      const one: RateScope = { key: 'k', limit: 1, windowMs: 60_000 };
      await limiter.reserve([ask('a', [one, SENDER], T)], T);
      await limiter.release(['nobody']);
      expect((await limiter.reserve([ask('b', [one], T)], T))[0]?.granted).toBe(false);
      await limiter.release(['nobody', 'a']);
      expect((await limiter.reserve([ask('b', [one], T)], T))[0]?.granted).toBe(true);
      const left = await limiter.reserve(many('s', 21, [SENDER], T), T);
      expect(left.filter((d) => d.granted)).toHaveLength(20);
    });

    it('replaces the reservation of the same id', async () => {
      const two: RateScope = { key: 'k', limit: 2, windowMs: 60_000 };
      await limiter.reserve([ask('a', [two], T), ask('b', [two], T)], T);
      const [moved] = await limiter.reserve([ask('a', [two], T + 10_000)], T);
      expect(moved).toMatchObject({ granted: true, start: T + 10_000 });
      const [none] = await limiter.reserve([ask('c', [two], T)], T);
      expect(none?.granted).toBe(false);
      await limiter.release(['a']);
      expect((await limiter.reserve([ask('c', [two], T)], T))[0]?.granted).toBe(true);
    });

    it('keeps the former reservation when its replacement is refused', async () => {
      const one: RateScope = { key: 'k', limit: 1, windowMs: 60_000 };
      const full: RateScope = { key: 'full', limit: 1, windowMs: 60_000 };
      await limiter.reserve([ask('f', [full], T), ask('a', [one], T)], T);
      const [refused] = await limiter.reserve([ask('a', [one, full], T)], T);
      expect(refused).toMatchObject({ granted: false, scope: 'full' });
      expect((await limiter.reserve([ask('b', [one], T)], T))[0]?.granted).toBe(false);
      await limiter.release(['a']);
      expect((await limiter.reserve([ask('b', [one], T)], T))[0]?.granted).toBe(true);
    });

    it('never grants under a limit of 0', async () => {
      const never: RateScope = { key: 'stopped', limit: 0, windowMs: 3_600_000 };
      const decisions = await limiter.reserve([ask('a', [SENDER, never], T, T + 60_000)], T);
      expect(decisions).toEqual([
        { granted: false, id: 'a', scope: 'stopped', retryAt: T + 60_000 + 3_600_000 },
      ]);
    });

    it('says when each could begin, alone, and takes nothing by it', async () => {
      const minute: RateScope = { key: 's', limit: 2, windowMs: 60_000 };
      const hour: RateScope = { key: 's', limit: 3, windowMs: 3_600_000 };
      const never: RateScope = { key: 'stopped', limit: 0, windowMs: 60_000 };
      const when = (id: string, scopes: readonly RateScope[], notBefore = T) => ({
        id,
        scopes,
        notBefore,
      });
      const taken = [ask('a', [minute, hour], T), ask('b', [minute, hour], T)];
      await limiter.reserve(taken, T);
      const full = T + 1_200 + 60_000;

      for (const each of [limiter, limiter, subject.limiters.at(-1) ?? limiter]) {
        expect(
          await each.peek(
            [
              when('x', [minute, hour]),
              when('y', [minute, hour]),
              when('hour', [hour]),
              when('free', [SENDER], T + 5),
              when('later', [minute], full + 7),
              when('a', [minute]),
              when('none', [SENDER, never]),
            ],
            T,
          ),
        ).toEqual([
          { id: 'x', start: full, scope: 's' },
          { id: 'y', start: full, scope: 's' },
          { id: 'hour', start: T, scope: null },
          { id: 'free', start: T + 5, scope: null },
          { id: 'later', start: full + 7, scope: null },
          { id: 'a', start: T, scope: null },
          { id: 'none', start: null, scope: 'stopped' },
        ]);
      }
      expect(await limiter.peek([], T)).toEqual([]);

      const [third] = await limiter.reserve([ask('x', [minute, hour], T, full)], T);
      expect(third).toMatchObject({ granted: true, start: full });
      const [again] = await limiter.reserve([ask('a', [minute, hour], T)], T);
      expect(again).toMatchObject({ granted: true, start: T });
    });

    it('grants without scopes, and not before now', async () => {
      const decisions = await limiter.reserve(
        [
          ask('free', [], T),
          ask('past', [SENDER], T - 500, T + 500),
          ask('over', [], T - 2, T - 1),
        ],
        T,
      );
      expect(decisions).toEqual([
        { granted: true, id: 'free', start: T, end: T },
        { granted: true, id: 'past', start: T, end: T + 1_200 },
        { granted: false, id: 'over', scope: 'limiter', retryAt: T },
      ]);
      expect(await limiter.reserve([], T)).toEqual([]);
    });

    it('rounds fractions of milliseconds so that no limit widens', async () => {
      const one: RateScope = { key: 'k', limit: 1, windowMs: 99.5 };
      const decisions = await limiter.reserve(many('m', 2, [one], T + 0.25, T + 500.75), T + 0.5);
      expect(decisions.map((d) => d.granted && [d.start - T, d.end - T])).toEqual([
        [1, 3],
        [103, 105],
      ]);
    });

    it('has room again once the windows have passed, for as long as it runs', async () => {
      const scopes: RateScope[] = [
        { key: 'k', limit: 40, windowMs: 1_000 },
        { key: 'k', limit: 120, windowMs: 5_000 },
      ];
      let now = T;
      for (let round = 0; round < 40; round += 1) {
        const decisions = await limiter.reserve(many(`${round}-`, 48, scopes, now), now);
        expect(decisions.filter((d) => d.granted)).toHaveLength(40);
        now += 2_000;
      }
    });

    it('keeps the limits for a caller whose clock lags behind what others made it forget', async () => {
      const one: RateScope = { key: 'k', limit: 1, windowMs: 1_000 };
      await limiter.reserve([ask('a', [one], T)], T);
      await limiter.reserve([ask('idle', [], T, T + 9_000)], T + 2_000);
      const [lagging] = await limiter.reserve([ask('b', [one], T + 50)], T + 50);
      expect(lagging).toMatchObject({ granted: false, retryAt: T + 1_020 });
    });

    it('decides hundreds of messages of many scopes in one call', async () => {
      const requests = Array.from({ length: 400 }, (_, n) =>
        ask(
          `m${n}`,
          [
            { key: `sender:sender${n % 10}`, limit: 20, windowMs: 60_000 },
            { key: `sender:sender${n % 10}`, limit: 1_000, windowMs: 3_600_000 },
            { key: `domain:tenant${n % 3}:d${n % 40}.example`, limit: 200, windowMs: 3_600_000 },
            { key: `tenant:tenant${n % 3}`, limit: 5_000, windowMs: 3_600_000 },
            { key: 'global', limit: 20_000, windowMs: 3_600_000 },
          ],
          T,
          T + 60_000,
        ),
      );
      const decisions = await limiter.reserve(requests, T);
      expect(decisions.map((d) => d.id)).toEqual(requests.map((r) => r.id));
      expect(decisions.filter((d) => d.granted)).toHaveLength(200);
      const refused = decisions.find((d) => !d.granted);
      expect(refused).toMatchObject({ scope: 'sender:sender0', retryAt: T + 61_200 });
    });

    it('never exceeds a limit among 20 callers at once, nor leaves any of it', async () => {
      const shared: RateScope = { key: 'global', limit: 50, windowMs: 60_000 };
      const calls = Array.from({ length: 20 }, (_, caller) => {
        const own: RateScope = { key: `own:${caller}`, limit: 7, windowMs: 60_000 };
        const process = subject.limiters[caller % subject.limiters.length] ?? limiter;
        return process.reserve(many(`${caller}-`, 5, [own, shared], T, T + 30_000), T);
      });
      const decisions = (await Promise.all(calls)).flat();
      const slots = decisions.filter((d) => d.granted);
      expect(slots).toHaveLength(50);
      expect(worstInAnyWindow(slots, shared.windowMs)).toBe(50);
    });

    it('counts what it is rebuilt from, once, and keeps the slots that it knows', async () => {
      const scope: RateScope = { key: 'k', limit: 4, windowMs: 60_000 };
      const at = T - 30_000;
      const records = ['a', 'b'].map((id) => ({ id, scopes: [scope], at }));
      await Promise.all(
        [...subject.limiters, ...subject.limiters].map((each) => each.rebuild(records, T)),
      );
      await limiter.rebuild(
        [
          { id: 'old', scopes: [scope], at: T - 60_000 },
          { id: 'ahead', scopes: [scope], at: T + 1_000 },
        ],
        T,
      );
      expect(await limiter.ready()).toBe(true);
      const decisions = await limiter.reserve(many('m', 2, [scope], T, T + 120_000), T);
      expect(decisions.map((d) => d.granted && d.start - T)).toEqual([0, 30_000]);
      await limiter.rebuild([{ id: 'm0', scopes: [scope], at: T - 1 }], T);
      const next = await limiter.reserve(many('n', 2, [scope], T, T + 120_000), T);
      expect(next.map((d) => d.granted && d.start - T)).toEqual([30_000, 61_200]);
    });

    it.each([
      ['rebuilt', (records: HandOffRecord[]) => limiter.rebuild(records, T)],
      ['extended', (records: HandOffRecord[]) => limiter.extend(async () => records, T)],
    ])(
      'counts a slot that it knows under the keys and windows that it is %s with',
      async (_, add) => {
        const minute: RateScope = { key: 'k', limit: 1, windowMs: 60_000 };
        const second: RateScope = { key: 'k', limit: 1, windowMs: 1_000 };
        const other: RateScope = { key: 'other', limit: 1, windowMs: 30_000 };
        await limiter.reserve([ask('a', [second], T), ask('b', [minute], T + 200_000)], T);
        await add([
          { id: 'a', scopes: [minute, other], at: T + 500 },
          { id: 'a', scopes: [second], at: T },
          { id: 'b', scopes: [second], at: T },
          { id: 'old', scopes: [other], at: T - 20_000 },
          { id: 'old', scopes: [minute], at: T - 10_000 },
        ]);
        // What is over by the windows of its own request is not forgotten.
        await limiter.reserve(many('idle', 2, [], T, T + 90_000), T + 2_000);
        const refused = { granted: false, scope: 'k', retryAt: T + 20 + 60_000 };
        expect(await limiter.reserve([ask('c', [minute], T + 2_000)], T + 2_000)).toMatchObject([
          refused,
        ]);
        expect(await limiter.reserve([ask('c', [other], T + 2_000)], T + 2_000)).toMatchObject([
          { granted: false, scope: 'other', retryAt: T + 20 + 30_000 },
        ]);
        await limiter.release(['a', 'old']);
        expect(
          await limiter.reserve([ask('c', [minute, other], T + 2_000)], T + 2_000),
        ).toMatchObject([{ granted: true }]);
        // Its windows of the request before stay as long as they were.
        const before = ask('d', [minute], T + 150_000, T + 300_000);
        expect(await limiter.reserve([before], T + 150_000)).toMatchObject([
          { granted: true, start: T + 201_200 + 60_000 },
        ]);
      },
    );

    it('has another name before it reads what it is extended with', async () => {
      const former = await limiter.generation();
      const names: (string | null)[] = [];
      const read = async () => {
        for (const each of subject.limiters) names.push(await each.generation());
        return [];
      };
      for (const each of subject.limiters) expect(await each.extend(read, T)).toBe(true);
      expect(names).not.toContain(former);
      expect(names).not.toContain(null);
      expect(await limiter.generation()).toBe(names.at(-1));
      expect(new Set(names).size).toBe(subject.limiters.length);
    });

    it('counts a slot that has started to its end, when it is rebuilt', async () => {
      const one: RateScope = { key: 'k', limit: 1, windowMs: 60_000 };
      const record = { id: 'a', scopes: [one], at: T - 500, until: T + 700 };
      await limiter.rebuild([record], T);
      const [next] = await limiter.reserve([ask('b', [one], T, T + 90_000)], T);
      expect(next).toMatchObject({ granted: true, start: T + 700 + 60_000 });
    });

    it('has one name for as long as it remembers, whoever asks and rebuilds', async () => {
      const name = await limiter.generation();
      expect(name).not.toBeNull();
      await limiter.reserve([ask('a', [SENDER], T)], T);
      await Promise.all(subject.limiters.map((each) => each.rebuild([], T)));
      for (const each of subject.limiters) expect(await each.generation()).toBe(name);
    });

    it('finds the room that a request before it in the call has left elsewhere', async () => {
      const [first, second, elsewhere] = [
        { key: 'p', limit: 2, windowMs: 40 },
        { key: 'q', limit: 9, windowMs: 60 },
        { key: 'r', limit: 4, windowMs: 150 },
      ];
      const both = [first, second];
      const ask = (id: string, scopes: RateScope[]) => ({ id, scopes, notBefore: T, notAfter: T });
      await limiter.reserve([ask('a', both), ask('b', both), ask('d', [elsewhere])], T);
      const decisions = await limiter.reserve(
        [ask('c', both), ask('b', [elsewhere]), ask('c', both)],
        T,
      );
      expect(decisions.map(({ granted }) => granted)).toEqual([false, true, true]);
    });

    it('names the value, the place and the expectation in bad input, and takes nothing', async () => {
      const bad = [
        ask('good', [SENDER], T),
        ask('', [{ key: 'k', limit: 1.5, windowMs: 60_000 }], T),
        ask('b', [{ key: '', limit: 1, windowMs: 0 }], Number.NaN, T),
        ask('c', [{ key: 'k', limit: 1, windowMs: 2 ** 49 + 1 }], T, 2 ** 49 + 1),
      ];
      const error: unknown = await limiter.reserve(bad, T).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(error instanceof InvalidInputError && error.problems.map((p) => p.path)).toEqual([
        'requests[1].id',
        'requests[1].scopes[0].limit',
        'requests[2].notBefore',
        'requests[2].scopes[0].key',
        'requests[2].scopes[0].windowMs',
        'requests[3].notAfter',
        'requests[3].scopes[0].windowMs',
      ]);
      expect(String(error)).toContain(
        'the limit of "k" is 1.5, expected a whole number, 0 or more',
      );
      const all = await limiter.reserve(many('m', 20, [SENDER], T), T);
      expect(all.every((d) => d.granted)).toBe(true);
    });

    // Thousands of calls, which a durable server on a slow disk takes its time for.
    it('decides as trying every millisecond does; no begin inside the slots breaks a limit', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(operation, { maxLength: 25 }),
          fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
          async (operations, luck) => {
            await subject.reset();
            const naive = new NaiveLimiter();
            let now = T;
            let past = 0;
            let widened = false;
            const scopesOf = (numbers: readonly number[]) => {
              const scopes = numbers.map((n) => SCOPES[n] ?? SENDER);
              return widened && scopes.some(({ key }) => key === WIDER.key)
                ? [...scopes, WIDER]
                : scopes;
            };
            for (const { requests, released, rebuilt, passes, widens } of operations) {
              now += passes;
              if (widens !== null && !widened) {
                widened = true;
                const records = [...naive.held]
                  .filter(([, { keys }]) => keys.has(WIDER.key))
                  .map(([id, { start, end }]) => ({ id, scopes: [WIDER], at: start, until: end }));
                // What can still begin is known, and better.
                const doubted = records.map((record) =>
                  record.until >= now ? { ...record, at: now - 1 } : record,
                );
                const [all, again] = widens ? [records, doubted] : [doubted, records.toReversed()];
                const other = subject.limiters.at(-1) ?? limiter;
                expect(
                  await Promise.all([
                    limiter.extend(async () => all, now),
                    other.extend(async () => again, now),
                  ]),
                ).toEqual([true, true]);
              }
              const records = rebuilt.map((r) => ({
                // One that is known and can still begin, or one that nobody knows.
                id:
                  (naive.held.get(`id${r.id}`)?.end ?? 0) >= now
                    ? `id${r.id}`
                    : `past${(past += 1)}`,
                scopes: scopesOf(r.scopes),
                at: now + r.ahead,
                ...(r.lasts === null ? {} : { until: now + r.ahead + r.lasts }),
              }));
              // What is known from call to call goes on from there, so not without a record.
              if (records.length > 0) await limiter.rebuild(records, now);
              for (const record of records) naive.rebuild(record, now);
              const asked = requests.map((r) => ({
                id: `id${r.id}`,
                scopes: scopesOf(r.scopes),
                notBefore: now + r.ahead,
                notAfter: now + r.ahead + r.patience,
              }));
              const decisions = await limiter.reserve(asked, now);
              expect(
                decisions.map((d) => ({ granted: d.granted, at: d.granted ? d.start : d.retryAt })),
              ).toEqual(asked.map((request) => naive.reserve(request, now)));
              await limiter.release(released.map((n) => `id${n}`));
              for (const n of released) naive.release(`id${n}`);
            }
            // What it is rebuilt from may have broken limits that hold now.
            if (operations.some(({ rebuilt }) => rebuilt.length > 0)) return;
            const slots = [...naive.held.values()];
            for (const { key, limit, windowMs } of SCOPES) {
              const begun = slots
                .filter(({ keys }) => keys.has(key))
                .map(({ start, end }) => start + (end - start) * (luck.next().value ?? 0));
              if (limit > 0 && enforced(key)) {
                expect(mostInAnyWindow(begun, windowMs)).toBeLessThanOrEqual(limit);
              }
            }
          },
        ),
        { numRuns: runs },
      );
    }, 120_000);
  });
}

/** Keys `p` and `q` have two windows that are always asked for together. */
const SCOPES: readonly RateScope[] = [
  { key: 'p', limit: 2, windowMs: 40 },
  { key: 'p', limit: 3, windowMs: 110 },
  { key: 'q', limit: 1, windowMs: 60 },
  { key: 'r', limit: 4, windowMs: 150 },
];

/** A window that a trace may add, from some time on. */
const WIDER: RateScope = { key: 'p', limit: 4, windowMs: 400 };

/** Whether each request under the key asks for all of its windows, so that all of them hold. */
function enforced(key: string): boolean {
  return SCOPE_SETS.every((set) => {
    const windows = set.filter((n) => SCOPES[n]?.key === key).length;
    return windows === 0 || windows === SCOPES.filter((scope) => scope.key === key).length;
  });
}

const SCOPE_SETS: readonly (readonly number[])[] = [
  [0, 1],
  [2],
  [3],
  [0, 1, 2],
  [2, 3],
  [0, 1, 3],
  [3, 2, 1, 0],
];

const handOffRecord = fc.record({
  id: fc.nat(14),
  scopes: fc.constantFrom(...SCOPE_SETS),
  ahead: fc.integer({ min: -120, max: 60 }),
  lasts: fc.option(fc.nat(12)),
});

const operation = fc.record({
  requests: fc.array(
    fc.record({
      id: fc.nat(14),
      scopes: fc.constantFrom(...SCOPE_SETS),
      ahead: fc.nat(80),
      patience: fc.nat(160),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  released: fc.array(fc.nat(14), { maxLength: 2 }),
  rebuilt: fc
    .record({ often: fc.nat(3), records: fc.array(handOffRecord, { maxLength: 3 }) })
    .map(({ often, records }) => (often === 0 ? records : [])),
  passes: fc.nat(50),
  widens: fc.option(fc.boolean(), { freq: 3 }),
});
