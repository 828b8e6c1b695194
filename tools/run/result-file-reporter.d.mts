import type { Reporter } from 'vitest/reporters';

/** Writes what one project's test run did to `.cadenza/test-results/<project>/results.json`. */
export class ResultFileReporter implements Reporter {
  onTestRunStart: NonNullable<Reporter['onTestRunStart']>;
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']>;
}
