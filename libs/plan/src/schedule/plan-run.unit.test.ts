import { describe, expect, it } from 'vitest';
import { isLate, maySendAt, planRun, type ImpliedAction } from '../index.ts';
import { compiled, send, type Json } from '../../test/support/plans.ts';

const weekdays = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '09:00', end: '17:00' };
const night = { start: '21:00', end: '07:30' };

function sendAt(dueAt: string): ImpliedAction {
  return {
    key: 'send:a:1:1',
    type: 'send',
    nodeId: 'a',
    visit: 1,
    attempt: 1,
    timer: null,
    dueAt: Date.parse(dueAt),
  };
}

const settings = (timezone: string | null) => ({ timezone, graceMs: 120_000 });

interface Row {
  readonly zone: string;
  readonly plan: Json;
  readonly due: string;
  readonly now?: string;
  readonly run: string;
  /** The end of the allowed stretch, itself not allowed. */
  readonly end?: string;
}

/** Times with the offset that the zone then has. */
const rows: Record<string, Row> = {
  'nothing restricts: at once': {
    zone: 'Europe/Berlin',
    plan: {},
    due: '2026-11-22T03:00+01:00',
    run: '2026-11-22T03:00+01:00',
  },
  'never before now': {
    zone: 'Europe/Berlin',
    plan: {},
    due: '2026-11-22T03:00+01:00',
    now: '2026-11-23T04:00+01:00',
    run: '2026-11-23T04:00+01:00',
  },
  'inside the quiet hours: at their end': {
    zone: 'Europe/Berlin',
    plan: { quietHours: night },
    due: '2026-11-22T23:10+01:00',
    run: '2026-11-23T07:30+01:00',
    end: '2026-11-23T21:00+01:00',
  },
  'in the contact’s zone': {
    zone: 'Asia/Kathmandu',
    plan: { quietHours: night },
    due: '2026-11-22T21:00+05:45',
    run: '2026-11-23T07:30+05:45',
    end: '2026-11-23T21:00+05:45',
  },
  'quiet hours within a day': {
    zone: 'UTC',
    plan: { quietHours: { start: '12:00', end: '13:00' } },
    due: '2026-11-22T12:30Z',
    run: '2026-11-22T13:00Z',
    end: '2026-11-23T12:00Z',
  },
  'before the window: at its start': {
    zone: 'UTC',
    plan: { sendWindow: weekdays },
    due: '2026-11-23T06:00Z',
    run: '2026-11-23T09:00Z',
    end: '2026-11-23T17:00Z',
  },
  'after the window: at its start the day after': {
    zone: 'UTC',
    plan: { sendWindow: weekdays },
    due: '2026-11-23T17:00Z',
    run: '2026-11-24T09:00Z',
    end: '2026-11-24T17:00Z',
  },
  'on a day off the local hour is kept': {
    zone: 'UTC',
    plan: { sendWindow: weekdays },
    due: '2026-11-21T14:20Z',
    run: '2026-11-23T14:20Z',
    end: '2026-11-23T17:00Z',
  },
  'on a day off an hour outside the window becomes its start': {
    zone: 'UTC',
    plan: { sendWindow: weekdays },
    due: '2026-11-21T20:00Z',
    run: '2026-11-23T09:00Z',
    end: '2026-11-23T17:00Z',
  },
  'whenever it is planned on the days off': {
    zone: 'UTC',
    plan: { sendWindow: weekdays },
    due: '2026-11-21T14:20Z',
    now: '2026-11-22T16:00Z',
    run: '2026-11-23T14:20Z',
    end: '2026-11-23T17:00Z',
  },
  'late inside the window: now': {
    zone: 'UTC',
    plan: { sendWindow: weekdays },
    due: '2026-11-23T10:00Z',
    now: '2026-11-23T16:59Z',
    run: '2026-11-23T16:59Z',
    end: '2026-11-23T17:00Z',
  },
  'missed a day: the next start': {
    zone: 'UTC',
    plan: { sendWindow: weekdays },
    due: '2026-11-23T10:00Z',
    now: '2026-11-23T18:00Z',
    run: '2026-11-24T09:00Z',
    end: '2026-11-24T17:00Z',
  },
  'days alone, which join': {
    zone: 'UTC',
    plan: { sendWindow: { ...weekdays, start: '00:00', end: '24:00' } },
    due: '2026-11-22T10:00Z',
    run: '2026-11-23T10:00Z',
    end: '2026-11-28T00:00Z',
  },
  'Los Angeles: the hour that is skipped lies after the gap': {
    zone: 'America/Los_Angeles',
    plan: { sendWindow: { days: ['sun'], start: '02:30', end: '04:00' } },
    due: '2026-03-08T00:00-08:00',
    run: '2026-03-08T03:00-07:00',
    end: '2026-03-08T04:00-07:00',
  },
  'Los Angeles: a window that is skipped whole waits a week': {
    zone: 'America/Los_Angeles',
    plan: { sendWindow: { days: ['sun'], start: '02:15', end: '02:45' } },
    due: '2026-03-08T00:00-08:00',
    run: '2026-03-15T02:15-07:00',
    end: '2026-03-15T02:45-07:00',
  },
  'Berlin: of an hour that comes twice the first': {
    zone: 'Europe/Berlin',
    plan: { quietHours: { start: '22:00', end: '02:30' } },
    due: '2026-10-25T00:10+02:00',
    run: '2026-10-25T02:30+02:00',
    end: '2026-10-25T02:00+01:00',
  },
  'Berlin: quiet hours that come twice are kept twice': {
    zone: 'Europe/Berlin',
    plan: { quietHours: { start: '22:00', end: '02:30' } },
    due: '2026-10-25T02:10+01:00',
    run: '2026-10-25T02:30+01:00',
    end: '2026-10-25T22:00+01:00',
  },
  'Lord Howe: half an hour is skipped': {
    zone: 'Australia/Lord_Howe',
    plan: { quietHours: { start: '21:00', end: '02:15' } },
    due: '2026-10-04T01:00+10:30',
    run: '2026-10-04T02:30+11:00',
    end: '2026-10-04T21:00+11:00',
  },
  'Apia: a Friday that never was': {
    zone: 'Pacific/Apia',
    plan: { sendWindow: { ...weekdays, days: ['thu', 'fri', 'sat'] } },
    due: '2011-12-29T18:00-10:00',
    run: '2011-12-31T09:00+14:00',
    end: '2011-12-31T17:00+14:00',
  },
};

describe('planRun', () => {
  it.each(Object.entries(rows))('%s', (_, { zone, plan, due, now, run, end }) => {
    const result = planRun(
      compiled([send('a')], plan),
      sendAt(due),
      settings(zone),
      Date.parse(now ?? due),
    );
    expect(result).toEqual({
      runAt: Date.parse(run),
      notAfter: end === undefined ? null : Date.parse(end) - 1,
    });
  });

  const hour: [name: string, schedule: Json, due: string, now: string, run: string][] = [
    [
      'the day that the delay reaches',
      { at: '09:00' },
      '2026-11-23T05:00-08:00',
      '',
      '2026-11-23T09:00-08:00',
    ],
    [
      'the day after, where it has passed',
      { at: '09:00' },
      '2026-11-23T09:01-08:00',
      '',
      '2026-11-24T09:00-08:00',
    ],
    [
      'now, where it is planned a little late',
      { at: '09:00' },
      '2026-11-23T05:00-08:00',
      '2026-11-23T09:05-08:00',
      '2026-11-23T09:05-08:00',
    ],
    [
      'again, on the next day of the window',
      { at: '10:00', window: weekdays },
      '2026-11-27T05:00-08:00',
      '2026-11-27T17:30-08:00',
      '2026-11-30T10:00-08:00',
    ],
    [
      'the end of a gap that skips it',
      { at: '02:30' },
      '2026-03-07T23:00-08:00',
      '',
      '2026-03-08T03:00-07:00',
    ],
    ['the first of two', { at: '01:30' }, '2026-10-31T23:00-07:00', '', '2026-11-01T01:30-07:00'],
    [
      'the next day, where the first of two has passed',
      { at: '01:30' },
      '2026-11-01T01:40-07:00',
      '',
      '2026-11-02T01:30-08:00',
    ],
  ];
  it.each(hour)('a time of day means %s', (_, schedule, due, now, run) => {
    const plan = compiled([send('a', [], { schedule: { delay: 'PT0S', ...schedule } })]);
    const at = Date.parse(now || due);
    expect(planRun(plan, sendAt(due), settings('America/Los_Angeles'), at).runAt).toBe(
      Date.parse(run),
    );
  });

  it('a node’s window stands for the plan’s, and quiet hours always hold', () => {
    const window = { days: ['sat'], start: '06:00', end: '10:00' };
    const plan = compiled([send('a', [], { schedule: { delay: 'PT0S', window } })], {
      sendWindow: weekdays,
      quietHours: night,
    });
    const due = '2026-11-23T10:00Z';
    const { runAt } = planRun(plan, sendAt(due), settings(null), Date.parse(due));
    expect(new Date(runAt).toISOString()).toBe('2026-11-28T07:30:00.000Z');
  });

  it('a retry keeps to windows and not to the time of day', () => {
    const plan = compiled([send('a', [], { schedule: { delay: 'PT0S', at: '09:00' } })], {
      quietHours: night,
    });
    const retry = { ...sendAt('2026-11-23T22:00Z'), attempt: 2 };
    const { runAt } = planRun(plan, retry, settings(null), 0);
    expect(new Date(runAt).toISOString()).toBe('2026-11-24T07:30:00.000Z');
  });

  it('timers fire a grace after their time, or after now, at any hour', () => {
    const plan = compiled([send('a', [{ on: 'no_open', to: 'stop' }])], { quietHours: night });
    const timeout: ImpliedAction = {
      ...sendAt('2026-11-23T22:00Z'),
      type: 'timeout',
      timer: 'no_open',
    };
    const due = timeout.dueAt;
    expect(planRun(plan, timeout, settings(null), 0)).toEqual({
      runAt: due + 120_000,
      notAfter: null,
    });
    expect(planRun(plan, timeout, settings(null), due + 5).runAt).toBe(due + 120_005);
  });
});

describe('isLate', () => {
  const plan = compiled([send('a', [], { schedule: { delay: 'PT0S', maxLateness: 'PT2H' } })], {
    quietHours: night,
  });
  const due = '2026-11-23T22:00Z';

  it('counts from when the step could first have run', () => {
    expect(isLate(plan, sendAt(due), settings(null), Date.parse('2026-11-24T09:30Z'))).toBe(false);
    expect(isLate(plan, sendAt(due), settings(null), Date.parse('2026-11-24T09:30Z') + 1)).toBe(
      true,
    );
  });

  it('takes the plan’s limit where the node has none, and no limit for never', () => {
    const later = Date.parse(due) + 86_400_001;
    const limited = compiled([send('a')], { maxLateness: 'P1D' });
    expect(isLate(limited, sendAt(due), settings(null), later)).toBe(true);
    expect(isLate(limited, sendAt(due), settings(null), later - 1)).toBe(false);
    expect(isLate(compiled([send('a')]), sendAt(due), settings(null), later * 2)).toBe(false);
  });
});

describe('maySendAt', () => {
  it('says whether the clock of the contact allows it', () => {
    const plan = compiled([send('a')], { quietHours: night, timezone: 'Europe/Berlin' });
    const at = Date.parse('2026-11-23T20:30Z');
    expect(maySendAt(plan, 'a', settings(null), at)).toBe(false);
    expect(maySendAt(plan, 'a', settings('America/Los_Angeles'), at)).toBe(true);
  });
});
