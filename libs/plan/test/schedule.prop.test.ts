import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDuration,
  maySendAt,
  parsePlan,
  planRun,
  type CompiledPlan,
  type ImpliedAction,
} from '../src/index.ts';
import { planOf, send } from './support/plans.ts';

const DAY = 86_400_000;
const ZONES = [
  'America/Los_Angeles',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC',
  'Africa/Casablanca',
  'Asia/Tehran',
  'America/Sao_Paulo',
];
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The wall clock by the runtime's own calendar, which the schedule does not use. */
const clocks = new Map(
  ZONES.map((zone) => [
    zone,
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
  ]),
);

function wallClock(zone: string, at: number): { readonly day: string; readonly time: string } {
  const parts = clocks.get(zone)?.formatToParts(at) ?? [];
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? '';
  return { day: part('weekday').toLowerCase(), time: `${part('hour')}:${part('minute')}` };
}

const clockTime = fc
  .record({ h: fc.integer({ min: 0, max: 23 }), m: fc.constantFrom('00', '15', '30', '59') })
  .map(({ h, m }) => `${String(h).padStart(2, '0')}:${m}`);

interface Rules {
  readonly quiet: { readonly start: string; readonly end: string } | undefined;
  readonly window:
    { readonly days: string[]; readonly start: string; readonly end: string } | undefined;
}
const rules: fc.Arbitrary<Rules> = fc.record({
  quiet: fc.option(fc.record({ start: clockTime, end: clockTime }), { nil: undefined, freq: 4 }),
  window: fc.option(
    fc.record({
      days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }),
      start: clockTime,
      end: clockTime,
    }),
    { nil: undefined },
  ),
});

const scheduled = fc
  .record({ rules, at: fc.option(clockTime, { nil: undefined }) })
  .map(({ rules: { quiet, window }, at }) => ({
    quiet,
    window,
    parsed: parsePlan(
      planOf([send('a', [], { schedule: { delay: 'PT0S', at } })], {
        quietHours: quiet,
        sendWindow: window,
      }),
    ),
  }))
  .filter(({ parsed }) => parsed.ok);

function isAllowedByRules({ quiet, window }: Rules, zone: string, at: number): boolean {
  const { day, time } = wallClock(zone, at);
  if (window && !(window.days.includes(day) && window.start <= time && time < window.end))
    return false;
  if (!quiet) return true;
  return quiet.start < quiet.end
    ? !(quiet.start <= time && time < quiet.end)
    : !(quiet.start <= time || time < quiet.end);
}

/** Instants of many years, and many close to a change of offset. */
const instant = fc.oneof(
  fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2036, 0, 1) }),
  fc
    .record({
      change: fc.constantFrom(
        '2026-03-08T10:00Z',
        '2026-11-01T09:00Z',
        '2026-03-29T01:00Z',
        '2026-10-25T01:00Z',
        '2026-10-03T15:30Z',
        '2026-04-04T15:00Z',
        '2011-12-30T10:00Z',
        '2018-11-04T03:00Z',
      ),
      off: fc.integer({ min: -3 * DAY, max: 2 * DAY }),
    })
    .map(({ change, off }) => Date.parse(change) + off),
);

function action(dueAt: number): ImpliedAction {
  return { key: '', type: 'send', nodeId: 'a', visit: 1, attempt: 1, timer: null, dueAt };
}

function valid(parsed: ReturnType<typeof parsePlan>): CompiledPlan {
  if (!parsed.ok) throw new Error('filtered out before');
  return parsed.plan;
}

describe('schedules, in any zone and across changes of offset', () => {
  it('never fall into quiet hours, nor outside the window', () => {
    fc.assert(
      fc.property(
        scheduled,
        fc.constantFrom(...ZONES),
        instant,
        fc.nat(4 * DAY),
        (s, timezone, due, late) => {
          const plan = valid(s.parsed);
          const settings = { timezone, graceMs: 0 };
          const { runAt, notAfter } = planRun(plan, action(due), settings, due + late);
          expect(runAt).toBeGreaterThanOrEqual(due + late);
          expect(isAllowedByRules(s, timezone, runAt)).toBe(true);
          if (notAfter === null) return;
          expect(notAfter).toBeGreaterThanOrEqual(runAt);
          for (const share of [0.25, 0.5, 0.75, 1]) {
            const at = Math.floor(runAt + (notAfter - runAt) * share);
            expect(isAllowedByRules(s, timezone, at)).toBe(true);
          }
          expect(isAllowedByRules(s, timezone, notAfter + 1)).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('leave out no allowed time on a day that is allowed', () => {
    fc.assert(
      fc.property(rules, fc.constantFrom(...ZONES), instant, ({ quiet, window }, timezone, due) => {
        const parsed = parsePlan(
          planOf([send('a')], {
            quietHours: quiet,
            sendWindow: window && { ...window, days: DAYS },
          }),
        );
        if (!parsed.ok) return;
        const daily = { quiet, window: window && { ...window, days: DAYS } };
        const { runAt } = planRun(parsed.plan, action(due), { timezone, graceMs: 0 }, due);
        // Rules change on whole minutes, and no zone here has offsets with seconds since 2010.
        for (let at = due; at < runAt; at += Math.max(60_000, Math.floor((runAt - due) / 60))) {
          expect(isAllowedByRules(daily, timezone, at)).toBe(false);
        }
        if (runAt > due) expect(isAllowedByRules(daily, timezone, runAt - 1)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('do not change with now until now has passed them', () => {
    fc.assert(
      fc.property(
        scheduled,
        fc.constantFrom(...ZONES),
        instant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (s, timezone, due, share) => {
          const settings = { timezone, graceMs: 0 };
          const first = planRun(valid(s.parsed), action(due), settings, due);
          const now = Math.floor(due + (first.runAt - due) * share);
          expect(planRun(valid(s.parsed), action(due), settings, now)).toEqual(first);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('know a time that may be used from one that may not', () => {
    fc.assert(
      fc.property(scheduled, fc.constantFrom(...ZONES), instant, (s, timezone, at) => {
        const settings = { timezone, graceMs: 0 };
        expect(maySendAt(valid(s.parsed), 'a', settings, at)).toBe(
          isAllowedByRules(s, timezone, at),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('keep the time of day over calendar days, but for gaps', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        instant,
        fc.integer({ min: 1, max: 400 }),
        (zone, at, days) => {
          const later = addDuration(at, { days, ms: 0 }, zone);
          const before = wallClock(zone, at).time;
          const after = wallClock(zone, later).time;
          // Moved on by the gap, the clock shows that time a moment before by the old offset alone.
          const gaps = ['01:', '02:', '03:', '00:', '23:'];
          if (!gaps.some((hour) => before.startsWith(hour))) expect(after).toBe(before);
          // Samoa has left out a day, within its summer time.
          expect(Math.abs(later - at - days * DAY)).toBeLessThanOrEqual(DAY + 3_600_000);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
