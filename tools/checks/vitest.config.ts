import { cadenzaVitest } from '../../vitest.shared.ts';

// Installing packages takes its time, and nothing here gains from running side by side.
export default cadenzaVitest({
  globalSetup: ['@cadenza/testing/global-setup'],
  testTimeout: 300_000,
  hookTimeout: 300_000,
  fileParallelism: false,
});
