import { cadenzaVitest } from '../../vitest.shared.ts';

// A whole campaign is minutes of work for the machine: one file at a time, and none in parallel.
export default cadenzaVitest({
  globalSetup: ['@cadenza/testing/global-setup'],
  testTimeout: 300_000,
  hookTimeout: 120_000,
  fileParallelism: false,
});
