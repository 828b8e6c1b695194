import { expect, it } from 'vitest';
import { accountFor } from './ledger/account.ts';
import { findings, printed, type TortureReport } from './report.ts';

const HELD: TortureReport = {
  options: { seed: '1', minutes: 1, messages: 0, policy: 'hold', control: 'none' },
  planHash: 'plan',
  strikes: { planned: 0, struck: {}, missed: 0 },
  pointsReached: 0,
  suppressions: 0,
  account: accountFor([], [], 0),
  exceeded: [],
  afterSuppression: [],
  stuck: [],
  verified: { enrollments: 2, inputs: 10, differences: [] },
  unsettled: { enrollments: 0, deliveries: 0, unresolved: 0 },
  unclean: [],
  traces: [],
};

it('a run that holds everything finds nothing', () => {
  expect(findings(HELD)).toEqual([]);
  expect(printed(HELD)).toContain('The protocol held.');
});

it('a difference from what the inputs imply is a finding, and is printed', () => {
  const difference = {
    tenantId: 't',
    enrollmentId: 'e',
    what: 'version',
    expected: 5,
    found: 6,
  };
  const report = { ...HELD, verified: { ...HELD.verified, differences: [difference] } };
  expect(findings(report)).toEqual(['1 differences from what the inputs imply']);
  expect(printed(report)).toContain(JSON.stringify(difference));
});
