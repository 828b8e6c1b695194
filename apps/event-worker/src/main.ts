import { runApp } from '@cadenza/runtime';
import { startEventWorkerApp } from './start.ts';

await runApp(() => startEventWorkerApp(process.env));
