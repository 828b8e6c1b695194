import { expect, it } from 'vitest';
import { createWatchdog } from './watchdog.ts';

it('says that due steps wait too long, once a minute, for as long as they do', () => {
  let now = 0;
  const said: unknown[] = [];
  const watchdog = createWatchdog({
    alarmMs: 60_000,
    log: { warn: (fields, message) => said.push({ ...fields, message }) },
    monotonic: () => now,
  });
  watchdog.observe(60_000);
  expect([watchdog.note(), said]).toEqual([null, []]);

  for (; now < 120_000; now += 500) watchdog.observe(60_500 + now);

  expect(said).toEqual([
    { lagMs: 60_500, message: 'due steps are not dispatched' },
    { lagMs: 120_500, message: 'due steps are not dispatched' },
  ]);
  expect(watchdog.note()).toContain('due for 180 s');
  watchdog.observe(0);
  expect(watchdog.note()).toBeNull();
});
