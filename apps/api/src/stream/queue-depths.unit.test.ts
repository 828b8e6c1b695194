import { expect, test } from 'vitest';
import { createDepthReader, type Depths } from './queue-depths.ts';

test('the queues are asked once in a while for everybody, and again after they were down', async () => {
  const depths = { 'outreach-send': { waiting: 1, active: 0, delayed: 0 } } as Depths;
  let asked = 0;
  let now = 0;
  const read = createDepthReader(
    {
      depths: () => {
        asked += 1;
        return asked === 2 ? Promise.reject(new Error('down')) : Promise.resolve(depths);
      },
    },
    () => now,
  );
  expect(await Promise.all([read(), read()])).toEqual([depths, depths]);
  expect(asked).toBe(1);
  now = 1_000;
  expect(await read()).toBeNull();
  now = 2_000;
  expect(await read()).toEqual(depths);
  expect(asked).toBe(3);
});
