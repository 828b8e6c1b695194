import type { MailProvider, OutboundMail, SendOutcome } from '@cadenza/domain';
import { createAccountClients, keyFingerprint, type SendGridAccount } from '@cadenza/runtime';
import { expect, it } from 'vitest';
import { tenantsMail } from './tenants-mail.ts';

const DEADLINE = { monotonic: 1, wall: 2 };
const mailOf = (tenantId: string): OutboundMail => ({
  reference: { tenantId, messageId: 'm', attempt: 1 },
  from: { email: 'ann@example.com' },
  to: { email: 'bob@example.org' },
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  headers: {},
  openTracking: true,
  clickTracking: true,
});

/** Accounts that a test changes, and what each key's client was asked. */
function setUp() {
  const accounts = new Map<string, SendGridAccount | Error>();
  const answers = new Map<string, SendOutcome>();
  const calls: string[] = [];
  const closed: string[] = [];
  const errors: unknown[] = [];
  let now = 0;
  const open = (key: string): MailProvider => ({
    async send() {
      calls.push(key);
      return answers.get(key) ?? { kind: 'accepted', providerMessageId: key };
    },
    close: async () => void closed.push(key),
  });
  const clients = createAccountClients({
    accounts: {
      async of(tenantId) {
        const account = accounts.get(tenantId) ?? null;
        if (account instanceof Error) throw account;
        return account;
      },
    },
    installation: open('ours'),
    open,
    onError: (error) => errors.push(error),
  });
  const provider = tenantsMail({
    clients,
    monotonic: () => now,
    onError: (error) => errors.push(error),
  });
  return {
    accounts,
    answers,
    calls,
    closed,
    errors,
    provider,
    send: (tenantId: string) => provider.send(mailOf(tenantId), DEADLINE),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

it('sends through the account of the tenant, else through the installation’s', async () => {
  const { accounts, calls, send } = setUp();
  accounts.set('a', { apiKey: 'key-a', since: 0 });
  accounts.set('former', { apiKey: null, since: 0 });
  for (const tenant of ['a', 'b', 'former', 'a']) await send(tenant);
  expect(calls).toEqual(['key-a', 'ours', 'ours', 'key-a']);
});

it('uses another key from then on, and closes the client of the former', async () => {
  const { accounts, calls, closed, send, provider } = setUp();
  accounts.set('a', { apiKey: 'first', since: 0 });
  await send('a');
  accounts.set('a', { apiKey: 'second', since: 1 });
  await send('a');
  expect(calls).toEqual(['first', 'second']);
  expect(closed).toEqual(['first']);
  accounts.set('a', { apiKey: null, since: 2 });
  await send('a');
  expect(closed).toEqual(['first', 'second']);
  await provider.close();
  expect(closed).not.toContain('ours');
});

it('calls an account that has answered 429 no more for as long, and holds nobody else back', async () => {
  const { accounts, answers, calls, pass, send } = setUp();
  accounts.set('a', { apiKey: 'key-a', since: 0 });
  const ownKey = keyFingerprint('key-a');
  const limited = { kind: 'not_handed_off', cause: 'rate_limited', reason: 'HTTP 429' } as const;
  answers.set('key-a', { ...limited, retryAfterMs: 5_000 });
  expect(await send('a')).toMatchObject({ cause: 'rate_limited', ownKey });
  pass(4_000);
  expect(await send('a')).toMatchObject({ retryAfterMs: 1_000, ownKey });
  expect(await send('b')).toMatchObject({ kind: 'accepted' });
  expect(calls).toEqual(['key-a', 'ours']);
  answers.delete('key-a');
  pass(1_000);
  expect(await send('a')).toMatchObject({ kind: 'accepted' });
});

it('says of the installation’s account that all are concerned', async () => {
  const { answers, send } = setUp();
  const limited = { kind: 'not_handed_off', cause: 'rate_limited', reason: 'HTTP 429' } as const;
  answers.set('ours', { ...limited, retryAfterMs: 5_000 });
  expect(await send('b')).toEqual({ ...limited, retryAfterMs: 5_000 });
});

it('hands nothing over where the account cannot be read, and never to another one', async () => {
  const { accounts, calls, errors, send } = setUp();
  const error = new Error('the key e1 has sealed it');
  accounts.set('a', error);
  expect(await send('a')).toMatchObject({ kind: 'not_handed_off', cause: 'connection_failed' });
  expect(calls).toEqual([]);
  expect(errors).toEqual([error]);
});
