import type { Environment } from '@cadenza/config';
import { runApp } from '@cadenza/runtime';
import { startApi } from './context.ts';

/** Runs the API as its environment says, until it is told to stop. */
export function run(env: Environment): Promise<void> {
  return runApp(async () => {
    const api = await startApi(env);
    return {
      log: api.log,
      async close() {
        await api.stop();
        return true;
      },
    };
  });
}
