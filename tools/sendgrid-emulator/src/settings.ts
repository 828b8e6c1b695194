import { InvalidInputError, showValue, type Problem } from '@cadenza/domain';
import { EMULATOR_API_KEY, type EmulatorOptions } from './emulator.ts';

const list = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/**
 * Reads the process's settings.
 *
 * @throws InvalidInputError naming every variable that cannot be used.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): EmulatorOptions {
  const problems: Problem[] = [];
  const given = (name: string): string | undefined =>
    env[name] === undefined || env[name] === '' ? undefined : env[name];
  const number = (name: string, otherwise: number, low: number, high = Infinity): number => {
    const text = given(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (Number.isFinite(value) && value >= low && value <= high) return value;
    const limits = high === Infinity ? `of at least ${low}` : `between ${low} and ${high}`;
    problems.push({
      path: name,
      code: 'out_of_range',
      message: `${showValue(text)} is not a number ${limits}`,
    });
    return otherwise;
  };

  const port = number('PORT', 0, 0, 65_535);
  const rate = number('CLOCK_RATE', 1, Number.MIN_VALUE);
  const now = Date.now();
  const realBase = number('CLOCK_REAL_BASE', now, 0);
  const campaignBase = number('CLOCK_CAMPAIGN_BASE', realBase, 0);
  const batchIntervalMs = number('WEBHOOK_BATCH_INTERVAL_MS', 30_000, 0);
  const duplicates = number('WEBHOOK_DUPLICATES', 0, 0, 1);
  const disorder = number('WEBHOOK_DISORDER', 0, 0, 1);
  const indexingLagMs = number('INDEXING_LAG_MS', 0, 0);
  const url = given('WEBHOOK_URL') ?? null;
  if (url !== null && !/^https?:\/\//.test(url)) {
    problems.push({
      path: 'WEBHOOK_URL',
      code: 'invalid_url',
      message: `${showValue(url)} is not an http or https address`,
    });
  }
  const ledger = given('LEDGER') ?? 'full';
  if (ledger !== 'full' && ledger !== 'counts') {
    problems.push({
      path: 'LEDGER',
      code: 'unknown_value',
      message: `${showValue(ledger)} is neither "full" nor "counts"`,
    });
  }
  const events = given('EVENTS') ?? 'true';
  if (events !== 'true' && events !== 'false') {
    problems.push({
      path: 'EVENTS',
      code: 'unknown_value',
      message: `${showValue(events)} is neither "true" nor "false"`,
    });
  }
  if (problems.length > 0) throw new InvalidInputError('settings', problems);

  const seed = given('SEED');
  const ledgerFile = given('LEDGER_FILE');
  const privateKey = given('WEBHOOK_PRIVATE_KEY');
  const domains = given('VERIFIED_DOMAINS');
  return {
    port,
    clock: { rate, realBase, campaignBase },
    apiKeys: list(given('SENDGRID_API_KEY') ?? EMULATOR_API_KEY),
    verifiedSenders: list(given('VERIFIED_SENDERS') ?? ''),
    account: {
      indexingLagMs,
      activityAddOn: given('ACTIVITY_ADD_ON') !== 'false',
      emailLogs: given('EMAIL_LOGS') !== 'false',
    },
    webhook: {
      url,
      batchIntervalMs,
      duplicates: { probability: duplicates },
      disorder: { probability: disorder, shuffle: disorder > 0 },
    },
    ledger: ledger === 'counts' ? 'counts' : 'full',
    events: events === 'true',
    ...(domains !== undefined && { verifiedDomains: list(domains) }),
    ...(seed !== undefined && { seed }),
    ...(ledgerFile !== undefined && { ledgerFile }),
    ...(privateKey !== undefined && { webhookPrivateKey: privateKey }),
  };
}
