import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';
import { findings } from '../src/webhooks/report.ts';
import { fuzzWebhooks } from '../src/webhooks/run.ts';

test('thousands of bodies that nobody should send are each answered as they must be', async () => {
  const report = await fuzzWebhooks(
    { seed: 20_261_126, count: 3_000 },
    { adminUrl: inject('postgresAdminUrl'), hostEnv: process.env, say: () => undefined },
  );

  expect(findings(report)).toEqual([]);
  expect([...report.answers.keys()].sort((a, b) => a - b)).toEqual([0, 204, 403, 413]);
  expect(report.deliveries.processed).toBeGreaterThan(100);
  expect(report.deliveries.quarantined).toBeGreaterThan(100);
  expect(report.deliveries.processed + report.deliveries.quarantined).toBe(report.deliveries.taken);
  expect([...report.reasons.keys()]).toContain('event names a message of another tenant');
});
