import { newId } from '@cadenza/domain';
import { SMS_EMULATOR_KEY, startSmsEmulator, type SmsEmulatorOptions } from '../../src/index.ts';

/** An emulator that closes itself at the end of its block. */
export async function emulatorOf(options: SmsEmulatorOptions = {}) {
  const emulator = await startSmsEmulator(options);
  return Object.assign(emulator, { [Symbol.asyncDispose]: () => emulator.close() });
}

export const reference = () => ({ tenantId: newId(), messageId: newId(), attempt: 1 });

/** A message that the emulator takes. */
export const textTo = (to: string) => ({
  from: '+12025550199',
  to,
  text: 'Hello Ada',
  reference: reference(),
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A request with a JSON body, or one that is sent as it is; `key: null` sends none. */
export async function call(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  { body, key = SMS_EMULATOR_KEY }: { body?: unknown; key?: string | null } = {},
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(key !== null && { headers: { authorization: `Bearer ${key}` } }),
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}
