import { runApp } from '@cadenza/runtime';
import { startSendWorkerApp } from './start.ts';

await runApp(() => startSendWorkerApp(process.env));
