import { EMULATOR_API_KEY, startEmulator, type EmulatorOptions } from '../../src/index.ts';

/** 2026-03-02T09:00:00Z, a Monday. */
export const START = Date.UTC(2026, 2, 2, 9);

/** Campaign days that pass in a real second, so that no test waits for people. */
const FAST = 20 * 86_400;

/** An emulator in fast time which closes itself at the end of its block. */
export async function fastEmulator(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({
    seed: 'test',
    clock: { rate: FAST, realBase: Date.now(), campaignBase: START },
    ...options,
  });
  return Object.assign(emulator, {
    [Symbol.asyncDispose]: () => emulator.close(),
  });
}

export interface SentMail {
  readonly to: string;
  readonly subject?: string;
  readonly html?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A valid body of `/v3/mail/send`. */
export function mailBody({ to, subject = 'Hello', html, args, extra }: SentMail): object {
  return {
    personalizations: [{ to: [{ email: to }], ...(args !== undefined && { custom_args: args }) }],
    from: { email: 'ada@example.com', name: 'Ada' },
    subject,
    content: [
      { type: 'text/plain', value: 'Hello' },
      { type: 'text/html', value: html ?? '<a href="https://example.com/offer">offer</a>' },
    ],
    ...extra,
  };
}

/** A request with the emulator's key. */
export function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${base}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${EMULATOR_API_KEY}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Sends a mail and returns the answer. */
export const send = (base: string, mail: SentMail): Promise<Response> =>
  call(base, 'POST', '/v3/mail/send', mailBody(mail));
