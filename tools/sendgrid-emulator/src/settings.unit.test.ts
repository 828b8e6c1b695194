import { expect, test } from 'vitest';
import { InvalidInputError } from '@cadenza/domain';
import { EMULATOR_API_KEY } from './emulator.ts';
import { readSettings } from './settings.ts';

test('nothing set: real time, a free port, the usual key', () => {
  expect(readSettings({})).toMatchObject({
    port: 0,
    clock: { rate: 1 },
    apiKeys: [EMULATOR_API_KEY],
    ledger: 'full',
    events: true,
    webhook: { url: null, batchIntervalMs: 30_000 },
  });
});

test('everything set', () => {
  const settings = readSettings({
    PORT: '4000',
    SEED: 's',
    CLOCK_RATE: '60',
    CLOCK_REAL_BASE: '1000',
    CLOCK_CAMPAIGN_BASE: '2000',
    SENDGRID_API_KEY: 'SG.a, SG.b',
    VERIFIED_SENDERS: 'ada@example.com',
    VERIFIED_DOMAINS: 'one.example,two.example',
    WEBHOOK_URL: 'http://127.0.0.1:3000/v1/webhooks/sendgrid/events',
    WEBHOOK_DUPLICATES: '0.2',
    WEBHOOK_DISORDER: '0.1',
    LEDGER: 'counts',
    LEDGER_FILE: '/tmp/ledger',
    INDEXING_LAG_MS: '60000',
    ACTIVITY_ADD_ON: 'false',
    EMAIL_LOGS: 'false',
    EVENTS: 'false',
  });
  expect(settings).toMatchObject({
    port: 4000,
    seed: 's',
    clock: { rate: 60, realBase: 1000, campaignBase: 2000 },
    apiKeys: ['SG.a', 'SG.b'],
    verifiedDomains: ['one.example', 'two.example'],
    account: { indexingLagMs: 60_000, activityAddOn: false, emailLogs: false },
    webhook: { duplicates: { probability: 0.2 }, disorder: { probability: 0.1, shuffle: true } },
    ledger: 'counts',
    ledgerFile: '/tmp/ledger',
    events: false,
  });
});

test('every wrong variable is named at once', () => {
  const wrong = {
    PORT: '-1',
    CLOCK_RATE: '0',
    WEBHOOK_URL: 'ftp://x',
    LEDGER: 'none',
    EVENTS: 'no',
    WEBHOOK_DUPLICATES: '2',
  };
  const read = () => readSettings(wrong);
  expect(read).toThrow(InvalidInputError);
  for (const name of Object.keys(wrong)) expect(read).toThrow(name);
});
