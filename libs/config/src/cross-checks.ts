import { InvalidInputError, showValue, type Problem } from '@cadenza/domain';
import type { Values } from './environment.ts';

/** Whether an address is SendGrid's own, so that what goes there reaches real people. */
export function isRealSendGrid(baseUrl: string): boolean {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  return /(?:^|\.)sendgrid\.(?:com|net)$/.test(host);
}

/** What is wrong with settings that are each right by themselves. */
export function crossProblems(values: Values): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, message: string) => problems.push({ path, code: 'conflict', message });
  const { SENDGRID_BASE_URL: base, SENDGRID_API_KEY: key } = values;
  const { SENDGRID_TIMEOUT_MS: call, SHUTDOWN_TIMEOUT_MS: shutdown } = values;

  if (base !== undefined && isRealSendGrid(base)) {
    if (!base.startsWith('https://')) {
      add(
        'SENDGRID_BASE_URL',
        `${showValue(base)} was found, expected https:// for SendGrid itself`,
      );
    }
    if (key !== undefined && !key.startsWith('SG.')) {
      add(
        'SENDGRID_API_KEY',
        `a secret of ${key.length} characters was found, expected one that begins with "SG." for ${base}`,
      );
    }
  }
  if (call !== undefined && shutdown !== undefined && shutdown < call) {
    add(
      'SHUTDOWN_TIMEOUT_MS',
      `${shutdown} was found, expected at least SENDGRID_TIMEOUT_MS (${call}), so that a call under way can be answered`,
    );
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
