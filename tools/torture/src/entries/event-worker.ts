import './skewed-date.ts';
import { startEventWorkerApp } from '@cadenza/event-worker/start';
import { runApp } from '@cadenza/runtime';
import { labelledRuntime } from './labelled-runtime.ts';
import { obeyMonkey } from './obey.ts';
import { DELIVERY_GRACE_MS, LEASE_MS, QUEUE } from './queue-times.ts';

const reached = obeyMonkey();
await runApp(() =>
  startEventWorkerApp(process.env, {
    queue: QUEUE,
    leaseMs: LEASE_MS,
    deliveryGraceMs: DELIVERY_GRACE_MS,
    wrap: (runtime) => labelledRuntime(runtime, reached),
  }),
);
