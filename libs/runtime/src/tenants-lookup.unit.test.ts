import type { LookupAnswer, MessageHistory, MessageInquiry, MessageLookup } from '@cadenza/domain';
import { expect, it } from 'vitest';
import { createAccountClients, tenantsLookup, type SendGridAccount } from './index.ts';

const FOUND = { kind: 'found', providerMessageId: 'x', status: 'accepted' } as const;
const ABSENT = { kind: 'not_found' } as const;
const MINUTE = 60_000;

const inquiry = (tenantId: string, since: number): MessageInquiry => ({
  reference: { tenantId, messageId: `${tenantId}-${since}`, attempt: 1 },
  recipient: 'ann@example.com',
  since,
});

function setUp(accounts: Readonly<Record<string, SendGridAccount>>, ours: LookupAnswer | null) {
  const asked: string[][] = [];
  const open = (key: string, answer: LookupAnswer): MessageLookup & MessageHistory => ({
    async lookUp(inquiries) {
      asked.push([key, ...inquiries.map(({ reference }) => reference.messageId)]);
      return inquiries.map(() => answer);
    },
    historyOf: async () => ({ kind: 'shown', events: [] }),
    close: async () => undefined,
  });
  type Lookup = MessageLookup & MessageHistory;
  const clients = createAccountClients<Lookup | null, Lookup>({
    accounts: {
      async of(tenantId) {
        if (tenantId === 'sealed') throw new Error('does not open');
        return accounts[tenantId] ?? null;
      },
    },
    installation: ours === null ? null : open('ours', ours),
    open: (key) => open(key, key === 'empty' ? ABSENT : FOUND),
    onError: () => undefined,
  });
  return { asked, lookup: tenantsLookup(clients, { rate: 1 }, () => undefined) };
}

it('asks each account about its own messages, and answers in the order of the questions', async () => {
  const { asked, lookup } = setUp({ a: { apiKey: 'key-a', since: 0 } }, ABSENT);
  const at = 10 * MINUTE;
  const answers = await lookup.lookUp([inquiry('b', at), inquiry('a', at), inquiry('c', at)]);
  expect(answers).toEqual([ABSENT, FOUND, ABSENT]);
  expect(asked).toEqual([
    ['ours', `b-${at}`, `c-${at}`],
    ['key-a', `a-${at}`],
  ]);
});

it('takes absence for nothing where the account was another one when the hand-off began', async () => {
  const changed = 10 * MINUTE;
  const { lookup } = setUp(
    { now: { apiKey: 'empty', since: changed }, former: { apiKey: null, since: changed } },
    ABSENT,
  );
  const ask = async (tenantId: string, since: number) =>
    (await lookup.lookUp([inquiry(tenantId, since)]))[0];
  for (const tenantId of ['now', 'former']) {
    expect(await ask(tenantId, changed - 1)).toMatchObject({ kind: 'could_not_look' });
    // Workers may have used the former one for some seconds more.
    expect(await ask(tenantId, changed + MINUTE)).toMatchObject({ kind: 'could_not_look' });
    expect(await ask(tenantId, changed + MINUTE + 1)).toEqual(ABSENT);
  }
});

it('says nothing of messages whose account it cannot ask', async () => {
  const { lookup } = setUp({ a: { apiKey: 'key-a', since: 0 } }, null);
  const answers = await lookup.lookUp([
    inquiry('sealed', 10 * MINUTE),
    inquiry('a', 10 * MINUTE),
    inquiry('b', 10 * MINUTE),
  ]);
  expect(answers).toMatchObject([{ kind: 'could_not_look' }, FOUND, { kind: 'could_not_look' }]);
});
