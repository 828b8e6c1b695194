import { defaultServerConditions } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { ResultFileReporter } from './tools/run/result-file-reporter.mjs';

/**
 * The one vitest configuration of the workspace. A project's `vitest.config.ts` calls it,
 * adding `globalSetup` when its suites need a database or Redis. Results also go to
 * `.cadenza/test-results/<project>`, where `npm test` counts them.
 */
export function cadenzaVitest(test: NonNullable<ViteUserConfig['test']> = {}) {
  return defineConfig({
    ssr: { resolve: { conditions: ['@cadenza/source', ...defaultServerConditions] } },
    test: {
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      passWithNoTests: false,
      testTimeout: 120_000,
      hookTimeout: 120_000,
      reporters: ['default', new ResultFileReporter()],
      ...test,
    },
  });
}
