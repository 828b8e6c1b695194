import { cadenzaVitest } from '../../vitest.shared.ts';

export default cadenzaVitest({
  globalSetup: ['@cadenza/testing/global-setup'],
  // A test starts the command up to a dozen times, a second or more each on a busy machine.
  testTimeout: 120_000,
});
