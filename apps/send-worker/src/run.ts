import type { Environment } from '@cadenza/config';
import { runApp } from '@cadenza/runtime';
import { startSendWorkerApp } from './start.ts';

/** Runs the app as its environment says, until it is told to stop. */
export function run(env: Environment): Promise<void> {
  return runApp(() => startSendWorkerApp(env));
}
