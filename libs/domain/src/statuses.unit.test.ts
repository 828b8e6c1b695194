import { expect, it } from 'vitest';
import { MESSAGE_STATUS_RANK, MESSAGE_STATUSES } from './index.ts';

it('every status of a message has a rank, and news moves a message along them', () => {
  expect(Object.keys(MESSAGE_STATUS_RANK).sort()).toEqual([...MESSAGE_STATUSES].sort());
  const path = ['queued', 'dispatching', 'unknown', 'sent', 'deferred', 'delivered', 'bounced'];
  const ranks = path.map(
    (status) => MESSAGE_STATUS_RANK[status as keyof typeof MESSAGE_STATUS_RANK],
  );
  expect(ranks.toSorted((a, b) => a - b)).toEqual(ranks);
  expect(new Set(ranks).size).toBe(path.length);
});
