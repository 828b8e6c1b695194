import { join, relative } from 'node:path';
import { defaultServerConditions } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { LOGS, LOGS_VARIABLE, RESULTS, ROOT } from './tools/run/paths.mjs';
import { ResultFileReporter } from './tools/run/result-file-reporter.mjs';

/**
 * The one vitest configuration of the workspace. A project's `vitest.config.ts` calls it,
 * adding `globalSetup` when its suites need a database or Redis. Results also go to
 * `.cadenza/test-results/<project>`, where `npm test` counts them, and all that is logged to `logs`
 * there, which it scans.
 */
export function cadenzaVitest(test: NonNullable<ViteUserConfig['test']> = {}) {
  return defineConfig({
    ssr: { resolve: { conditions: ['@cadenza/source', ...defaultServerConditions] } },
    test: {
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      passWithNoTests: false,
      // The files of a worker share what they import, which takes longer to evaluate than most of
      // them to run. So none may leave a changed environment, a patched global or a false clock.
      isolate: false,
      testTimeout: 120_000,
      hookTimeout: 120_000,
      reporters: ['default', new ResultFileReporter()],
      ...test,
      env: { [LOGS_VARIABLE]: join(RESULTS, relative(ROOT, process.cwd()), LOGS), ...test.env },
      setupFiles: [join(ROOT, 'tools/run/collect-logs.mjs')],
    },
  });
}
