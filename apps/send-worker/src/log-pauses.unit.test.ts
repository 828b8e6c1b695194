import { newId } from '@cadenza/domain';
import { createLogger } from '@cadenza/telemetry';
import { expect, it } from 'vitest';
import { logPauses } from './log-pauses.ts';

it('writes one line for each pause, without an address', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = logPauses(createLogger({ level: 'info', app: 'send-worker', destination }));
  const [tenantId, senderIdentityId] = [newId(), newId()];

  log({ tenantId, senderIdentityId: null, reason: 'the provider answered 401: wrong key' });
  log({ tenantId, senderIdentityId, reason: 'the provider answered 403: ann@example.com' });

  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    {
      level: 'warn',
      msg: 'the tenant is paused: nothing more of it is sent',
      tenantId,
      reason: 'the provider answered 401: wrong key',
    },
    {
      level: 'warn',
      msg: 'the sender identity is paused: nothing more of it is sent',
      senderIdentityId,
      reason: expect.stringMatching(/^the provider answered 403: \[email:/) as string,
    },
  ]);
});
