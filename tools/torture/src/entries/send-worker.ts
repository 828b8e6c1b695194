import './skewed-date.ts';
import { runApp } from '@cadenza/runtime';
import { startSendWorkerApp } from '@cadenza/send-worker/start';
import { labelledRuntime } from './labelled-runtime.ts';
import { obeyMonkey } from './obey.ts';
import { QUEUE } from './queue-times.ts';
import { withoutCas } from './without-cas.ts';
import { withoutDeadline } from './without-deadline.ts';

const reached = obeyMonkey();
const control = process.env['TORTURE_CONTROL'];
await runApp(() =>
  startSendWorkerApp(process.env, {
    queue: QUEUE,
    reached,
    wrap(runtime) {
      const labelled = labelledRuntime(runtime, reached);
      return control === 'no-cas' ? withoutCas(labelled) : labelled;
    },
    ...(control === 'no-deadline' ? { wrapProvider: withoutDeadline } : {}),
  }),
);
