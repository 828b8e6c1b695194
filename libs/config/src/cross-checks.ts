import { InvalidInputError, showValue, type Problem } from '@cadenza/domain';
import type { Values } from './environment.ts';
import type { SettingName } from './settings.ts';

/** Whether an address is SendGrid's own, so that what goes there reaches real people. */
export function isRealSendGrid(baseUrl: string): boolean {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  return /(?:^|\.)sendgrid\.(?:com|net)$/.test(host);
}

/**
 * What is wrong with settings that are each right by themselves.
 *
 * @param refused names of settings that are set and have no value here, because theirs is wrong.
 */
export function crossProblems(values: Values, refused: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, message: string) => problems.push({ path, code: 'conflict', message });
  const { SENDGRID_BASE_URL: base, SENDGRID_API_KEY: key } = values;
  const { SENDGRID_VALIDATION_API_KEY: validationKey } = values;
  const { SENDGRID_TIMEOUT_MS: call, SHUTDOWN_TIMEOUT_MS: shutdown } = values;

  if (base !== undefined && isRealSendGrid(base)) {
    if (!base.startsWith('https://')) {
      add(
        'SENDGRID_BASE_URL',
        `${showValue(base)} was found, expected https:// for SendGrid itself`,
      );
    }
    for (const [name, one] of Object.entries({
      SENDGRID_API_KEY: key,
      SENDGRID_VALIDATION_API_KEY: validationKey,
    })) {
      if (one === undefined || one.startsWith('SG.')) continue;
      add(
        name,
        `a secret of ${one.length} characters was found, expected one that begins with "SG." for ${base}`,
      );
    }
  }
  if (call !== undefined && shutdown !== undefined && shutdown < call) {
    add(
      'SHUTDOWN_TIMEOUT_MS',
      `${shutdown} was found, expected at least SENDGRID_TIMEOUT_MS (${call}), so that a call under way can be answered`,
    );
  }
  const { SMS_BASE_URL: smsBase, SMS_API_KEY: smsKey } = values;
  if (smsBase !== undefined && smsKey === undefined && !refused.has('SMS_API_KEY')) {
    add('SMS_API_KEY', 'nothing was found, expected a key, since SMS_BASE_URL is set');
  }
  const { WEBHOOK_MAX_BYTES: largest, WEBHOOK_IN_HAND_BYTES: inHand } = values;
  if (largest !== undefined && inHand !== undefined && inHand < largest) {
    add(
      'WEBHOOK_IN_HAND_BYTES',
      `${inHand} was found, expected at least WEBHOOK_MAX_BYTES (${largest}), so that the largest body can be taken`,
    );
  }
  const { EVENTS_ONLINE_MONTHS: online, EVENTS_KEPT_MONTHS: kept } = values;
  if (online !== undefined && kept !== undefined && kept < online) {
    add(
      'EVENTS_KEPT_MONTHS',
      `${kept} was found, expected at least EVENTS_ONLINE_MONTHS (${online}), whose events are in use`,
    );
  }
  const { WEBHOOK_OAUTH_CLIENT_ID: id, WEBHOOK_OAUTH_CLIENT_SECRET: secret } = values;
  const together = (missing: SettingName, other: SettingName) => {
    if (!refused.has(missing)) add(missing, `is not set, expected together with ${other}`);
  };
  const { INBOUND_DOMAIN: domain, INBOUND_SECRET: addressKeys } = values;
  if (domain !== undefined && addressKeys === undefined) {
    together('INBOUND_SECRET', 'INBOUND_DOMAIN');
  }
  const { BLOB_S3_ACCESS_KEY_ID: accessKey, BLOB_S3_SECRET_ACCESS_KEY: accessSecret } = values;
  if (accessKey !== undefined && accessSecret === undefined) {
    together('BLOB_S3_SECRET_ACCESS_KEY', 'BLOB_S3_ACCESS_KEY_ID');
  }
  if (accessSecret !== undefined && accessKey === undefined) {
    together('BLOB_S3_ACCESS_KEY_ID', 'BLOB_S3_SECRET_ACCESS_KEY');
  }
  if (id !== undefined && secret === undefined) {
    together('WEBHOOK_OAUTH_CLIENT_SECRET', 'WEBHOOK_OAUTH_CLIENT_ID');
  }
  if (secret !== undefined && id === undefined) {
    together('WEBHOOK_OAUTH_CLIENT_ID', 'WEBHOOK_OAUTH_CLIENT_SECRET');
  }
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: client, OIDC_CLIENT_SECRET: clientSecret } = values;
  if (issuer !== undefined && client === undefined) together('OIDC_CLIENT_ID', 'OIDC_ISSUER');
  if (issuer === undefined && client !== undefined) together('OIDC_ISSUER', 'OIDC_CLIENT_ID');
  if (client === undefined && clientSecret !== undefined) {
    together('OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET');
  }
  return problems;
}

/**
 * Refuses a campaign clock that is not real time together with the real SendGrid: a campaign in
 * fast motion must not reach real people. The rate is kept in the database, so this is asked
 * after the settings have been read.
 *
 * @throws InvalidInputError
 */
export function assertClockAllowed(rate: number, sendGridBaseUrl: string): void {
  if (rate === 1 || !isRealSendGrid(sendGridBaseUrl)) return;
  throw new InvalidInputError('clock refused', [
    {
      path: 'clock rate',
      code: 'conflict',
      message:
        `${rate} was found, expected 1 with ${sendGridBaseUrl}. ` +
        'Set SENDGRID_BASE_URL to the emulator, or the rate to 1.',
    },
  ]);
}
