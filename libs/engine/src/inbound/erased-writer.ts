import type { Id, StandIn } from '@cadenza/domain';
import type { InboundMail } from '@cadenza/inbound';
import { isToErased } from '../erasure/late-news.ts';
import type { NewInboundMessage } from '../ports/inbound.ts';
import type { EngineStore } from '../ports/store.ts';
import type { InboundMatch } from './match-inbound.ts';

/**
 * What stands for the sender of a mail, whom the tenant has erased; of a mail that is no tenant's,
 * whom some tenant has erased and none writes to. Null: nobody has.
 */
export async function erasedSender(
  mail: InboundMail,
  tenantId: Id | null,
  {
    store,
    standIn,
  }: {
    readonly store: Pick<EngineStore, 'erasedAmong' | 'tenantsOfAddresses'>;
    readonly standIn?: StandIn | null;
  },
): Promise<string | null> {
  const address = mail.from?.address.toLowerCase() ?? '';
  if (!standIn || address === '') return null;
  const hash = standIn(address);
  const erased = await store.erasedAmong([hash]);
  if (tenantId !== null) return erased.some((one) => one.tenantId === tenantId) ? hash : null;
  if (erased.length === 0 || (await store.tenantsOfAddresses([address])).length > 0) return null;
  return hash;
}

/** Whether a mail answers one to somebody whom the tenant has erased, whatever it is from. */
export async function isOfErased(
  match: InboundMatch | null,
  tenantId: Id,
  store: Pick<EngineStore, 'transaction'>,
): Promise<boolean> {
  if (match === null) return false;
  const { message, contactId } = match;
  return store.transaction([tenantId], async (tx) => {
    const [found] = message === null ? [] : await tx.findAttempts([{ tenantId, ...message }]);
    if (found !== undefined) return isToErased(found);
    return contactId !== null && (await tx.erasureOf({ tenantId, id: contactId })) !== null;
  });
}

/** A mail without its writer, and what they say. */
export function withoutWriter(row: NewInboundMessage, standIn: string): NewInboundMessage {
  return {
    ...row,
    fromAddress: standIn,
    recipients: [],
    subject: '',
    messageIdHeader: null,
    text: '',
    html: null,
    replyText: null,
    returnOn: null,
    headers: [],
    details: {},
    attachments: [],
  };
}
