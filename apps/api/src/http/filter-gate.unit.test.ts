import { newId } from '@cadenza/domain';
import { describe, expect, test } from 'vitest';
import { createFilterGate } from './filter-gate.ts';
import { HttpProblem } from './problem.ts';

/** Work that is under way until it is told to end. */
function slow() {
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => ends.push(resolve));
  return { ends, work };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('filters', () => {
  test('of one tenant are asked in turn, and those of another beside them', async () => {
    const gate = createFilterGate();
    const [one, other] = [newId(), newId()];
    const [mine, theirs] = [slow(), slow()];
    const asked = [gate(one, mine.work), gate(one, mine.work), gate(other, theirs.work)];
    await settled();
    expect([mine.ends.length, theirs.ends.length]).toEqual([1, 1]);
    mine.ends[0]?.();
    await settled();
    expect(mine.ends).toHaveLength(2);
    mine.ends[1]?.();
    theirs.ends[0]?.();
    await Promise.all(asked);
  });

  test('of all tenants hold two connections at most', async () => {
    const gate = createFilterGate();
    const { ends, work } = slow();
    const asked = [1, 2, 3].map(() => gate(newId(), work));
    await settled();
    expect(ends).toHaveLength(2);
    ends[0]?.();
    await settled();
    expect(ends).toHaveLength(3);
    for (const end of ends) end();
    await Promise.all(asked);
  });

  test('are refused where too many of a tenant wait, and let in again when they have gone', async () => {
    const gate = createFilterGate();
    const tenant = newId();
    const { ends, work } = slow();
    const asked = Array.from({ length: 11 }, () => gate(tenant, work));
    await expect(gate(tenant, work)).rejects.toThrow(HttpProblem);
    for (let n = 0; n < 11; n += 1) {
      await settled();
      ends[n]?.();
    }
    await Promise.all(asked);
    expect(await gate(tenant, () => Promise.resolve('in'))).toBe('in');
  });

  test('that fail leave their place', async () => {
    const gate = createFilterGate();
    const tenant = newId();
    await expect(gate(tenant, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate(tenant, () => Promise.resolve('in'))).toBe('in');
  });
});
