import { one, plain } from '../../test/support/plans.ts';
import { refuses } from '../../test/support/refusals.ts';

const DURATION =
  'expected an ISO 8601 duration in weeks, days, hours, minutes and seconds, such as PT72H or P1D';

refuses('durations, zones and windows that leave no time', [
  [
    'no zone',
    plain({ timezone: undefined }),
    'timezone',
    'required',
    'missing: expected an IANA time zone such as Europe/Berlin',
  ],
  [
    'unknown zone',
    plain({ timezone: 'Mars/Olympus' }),
    'timezone',
    'invalid_value',
    '"Mars/Olympus": expected an IANA time zone such as Europe/Berlin',
  ],
  [
    'an offset for a zone',
    plain({ timezone: '+02:00' }),
    'timezone',
    'invalid_value',
    '"+02:00": expected an IANA time zone such as Europe/Berlin',
  ],
  [
    'delay in months',
    one({ schedule: { delay: 'P1M' } }),
    'nodes[0].schedule.delay',
    'invalid_value',
    `"P1M": ${DURATION}`,
  ],
  [
    'delay in years',
    one({ schedule: { delay: 'P1Y' } }),
    'nodes[0].schedule.delay',
    'invalid_value',
    `"P1Y": ${DURATION}`,
  ],
  [
    'negative delay',
    one({ schedule: { delay: '-PT1H' } }),
    'nodes[0].schedule.delay',
    'invalid_value',
    `"-PT1H": ${DURATION}`,
  ],
  [
    'fraction of hours',
    one({ schedule: { delay: 'PT1.5H' } }),
    'nodes[0].schedule.delay',
    'invalid_value',
    `"PT1.5H": ${DURATION}`,
  ],
  [
    'bad time of day',
    one({ schedule: { delay: 'PT0S', at: '25:00' } }),
    'nodes[0].schedule.at',
    'invalid_value',
    '"25:00": expected a time of day such as 07:30',
  ],
  [
    'quiet all day',
    plain({ quietHours: { start: '08:00', end: '08:00' } }),
    'quietHours',
    'no_time_left',
    '08:00 to 08:00 leaves no time to send: expected an end other than the start',
  ],
  [
    'a window that never opens',
    plain({
      quietHours: { start: '20:00', end: '08:00' },
      sendWindow: { days: ['mon'], start: '06:00', end: '08:00' },
    }),
    'sendWindow',
    'window_never_open',
    '06:00 to 08:00 lies within the quiet hours, 20:00 to 08:00: expected some time outside them',
  ],
  [
    'a backward window',
    one({ schedule: { delay: 'PT0S', window: { days: ['mon'], start: '17:00', end: '09:00' } } }),
    'nodes[0].schedule.window.end',
    'empty_window',
    '"09:00": expected a time after the start, "17:00"',
  ],
  [
    'a weekday twice',
    plain({ sendWindow: { days: ['mon', 'mon'], start: '06:00', end: '08:00' } }),
    'sendWindow.days[1]',
    'duplicate_day',
    '"mon" is in the list already: expected each weekday once',
  ],
  [
    'an unknown weekday',
    plain({ sendWindow: { days: ['Monday'], start: '06:00', end: '08:00' } }),
    'sendWindow.days[0]',
    'invalid_value',
    '"Monday": expected one of mon, tue, wed, thu, fri, sat, sun',
  ],
]);
