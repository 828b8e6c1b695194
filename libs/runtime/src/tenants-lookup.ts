import type {
  LookupAnswer,
  LookupFailure,
  MessageHistory,
  MessageInquiry,
  MessageLookup,
} from '@cadenza/domain';
import type { AccountClients } from './account-clients.ts';
import type { SendGridAccount } from './sendgrid-accounts.ts';

type Lookup = MessageLookup & MessageHistory;

/** Real milliseconds after a change for which a worker may have used the former account. */
const CHANGING_REAL_MS = 60_000;

/**
 * Looks each message up in the account that its tenant sends through. Where that has changed since
 * the hand-off began, the message may be in another one: that nothing is shown says nothing then.
 *
 * @param clients whose installation's client is null where there is no key for it.
 */
export function tenantsLookup(
  clients: AccountClients<Lookup | null>,
  { rate }: { readonly rate: number },
  onError: (error: unknown) => void,
): Lookup {
  function believed(
    answer: LookupAnswer,
    { since }: MessageInquiry,
    account: SendGridAccount | null,
  ): LookupAnswer {
    const elsewhere = account !== null && since <= account.since + CHANGING_REAL_MS * rate;
    return answer.kind === 'not_found' && elsewhere ? OTHER_ACCOUNT : answer;
  }

  const found = (tenantId: string) =>
    clients.of(tenantId).catch((error: unknown) => {
      onError(error);
      return null;
    });

  return {
    async lookUp(inquiries) {
      const accounts = new Map<string, Awaited<ReturnType<typeof found>>>();
      const tenantIds = new Set(inquiries.map(({ reference }) => reference.tenantId));
      await Promise.all(
        [...tenantIds].map(async (tenantId) => accounts.set(tenantId, await found(tenantId))),
      );
      // Those who share an account are asked about together: few questions are allowed.
      const groups = new Map<Lookup | null, MessageInquiry[]>();
      for (const inquiry of inquiries) {
        const client = accounts.get(inquiry.reference.tenantId)?.client ?? null;
        groups.set(client, [...(groups.get(client) ?? []), inquiry]);
      }
      const answers = new Map<MessageInquiry, LookupAnswer>();
      for (const [client, group] of groups) {
        const given = (await client?.lookUp(group)) ?? group.map(() => NO_ACCOUNT);
        group.forEach((inquiry, index) => answers.set(inquiry, given[index] ?? NO_ACCOUNT));
      }
      return inquiries.map((inquiry) =>
        believed(
          answers.get(inquiry) ?? NO_ACCOUNT,
          inquiry,
          accounts.get(inquiry.reference.tenantId)?.account ?? null,
        ),
      );
    },
    async historyOf(inquiry, message) {
      const client = (await found(inquiry.reference.tenantId))?.client ?? null;
      return client === null ? NO_ACCOUNT : client.historyOf(inquiry, message);
    },
    close: () => clients.close(),
  };
}

const NO_ACCOUNT: LookupFailure = {
  kind: 'could_not_look',
  cause: 'not_enabled',
  retryAfterMs: null,
  reason: 'there is no key for the SendGrid account of the tenant',
};

const OTHER_ACCOUNT: LookupFailure = {
  kind: 'could_not_look',
  cause: 'unexpected_answer',
  retryAfterMs: null,
  reason: 'nothing is shown, and the tenant has changed its SendGrid account since the hand-off',
};
