import { expect, it } from 'vitest';
import { createMetrics } from './index.ts';

it('writes metrics in the text format, with the app on each, in a registry of their own', async () => {
  const metrics = createMetrics({ app: 'send-worker' });
  const others = createMetrics({ app: 'api' });
  metrics.handOffSeconds.observe({ outcome: 'accepted' }, 0.2);
  metrics.queueDepth.set({ queue: 'outreach-send', state: 'waiting' }, 7);
  metrics.gated.inc({ gate: 'paused' });
  metrics.events.inc({ type: 'delivered' }, 3);
  metrics.dispatchLag.set(1.5);
  const text = await metrics.text();
  expect(text).toContain('cadenza_hand_off_seconds_count{app="send-worker",outcome="accepted"} 1');
  expect(text).toContain(
    'cadenza_queue_jobs{queue="outreach-send",state="waiting",app="send-worker"} 7',
  );
  expect(text).toContain('cadenza_gated_total{gate="paused",app="send-worker"} 1');
  expect(text).toContain('cadenza_dispatch_lag_seconds{app="send-worker"} 1.5');
  expect(text).toContain('process_cpu_user_seconds_total');
  expect(metrics.contentType).toContain('text/plain');
  expect(await others.text()).not.toContain('cadenza_gated_total{');
});
