import { expect, test } from 'vitest';
import { createStreamReader } from './sse.ts';

const STREAM =
  'retry: 2000\n\nid: 7\nevent: ready\ndata: {"sequence":7}\n\n: still here\nid: 9\n\ndata: a\ndata: b\n\nid: 10\nevent: cut';

test.each([1, 2, 5, STREAM.length])('a stream that comes %d characters at a time', (size) => {
  const reader = createStreamReader();
  const events = [];
  for (let at = 0; at < STREAM.length; at += size) {
    events.push(...reader.take(STREAM.slice(at, at + size)));
  }
  expect(events).toEqual([
    { id: '7', type: 'ready', data: '{"sequence":7}' },
    { id: '9', type: 'message', data: 'a\nb' },
  ]);
  // Of an event that is not whole nothing counts.
  expect([reader.lastId, reader.retryMs]).toEqual(['9', 2_000]);
});
