import { emailDomain, type EpochMs, type Id } from '@cadenza/domain';
import {
  readReplyAddress,
  readUnsubscribeAddress,
  type InboundClass,
  type InboundMail,
} from '@cadenza/inbound';
import type { InboundMatchedBy } from '../ports/inbound.ts';
import type { EngineStore } from '../ports/store.ts';

/** Whose mail it is, and which message of theirs it answers. */
export interface InboundMatch {
  readonly by: InboundMatchedBy;
  /** 0 to 1: how sure it is. */
  readonly confidence: number;
  readonly tenantId: Id;
  /** Null for an unsubscribe address, which names a contact. */
  readonly message: { readonly id: Id; readonly attempt: number } | null;
  /** For an unsubscribe address alone. */
  readonly contactId: Id | null;
}

type Looks = Pick<
  EngineStore,
  'findSentMessages' | 'findContacts' | 'findMessagesBySmtpId' | 'findRecentRecipients'
>;

export interface MatchOptions {
  readonly store: Looks;
  /** Secrets of signed addresses by key id; none: no address is read. */
  readonly addressKeys: Readonly<Record<string, string>>;
  /** Whose address the mail came to: no message of anybody else is meant. Null: anybody's may be. */
  readonly ownerId: Id | null;
  /** When it came, campaign time: it answers nothing that was sent later. */
  readonly at: EpochMs;
}

const CONFIDENCE = {
  reply_address: 1,
  unsubscribe_address: 1,
  message_id: 0.9,
  sender: 0.5,
} as const satisfies Record<InboundMatchedBy, number>;

/** Campaign days after a message within which a mail of its recipient is taken for an answer. */
const RECENT_DAYS = 90;
/** Recipients, ids and addresses of a mail that are looked for at most. */
const MOST_LOOKED_FOR = 50;

/**
 * Finds the message that a mail answers: by a signed address that it was sent to, by the Message-ID
 * that it refers to, or as the latest one that its sender was written to. Null where none is found,
 * and where the sender alone speaks for messages of several tenants.
 */
export async function matchInbound(
  mail: InboundMail,
  judged: InboundClass,
  options: MatchOptions,
): Promise<InboundMatch | null> {
  return (
    (await byReplyAddress(mail, options)) ??
    (await byUnsubscribeAddress(mail, options)) ??
    (await byMessageId(mail, judged, options)) ??
    (await bySender(mail, judged, options))
  );
}

async function byReplyAddress(
  mail: InboundMail,
  { store, addressKeys, ownerId }: MatchOptions,
): Promise<InboundMatch | null> {
  const claims = mail.recipients.slice(0, MOST_LOOKED_FOR).flatMap((address) => {
    const read = readReplyAddress(address, addressKeys);
    return read.ok ? [{ address, id: read.messageId }] : [];
  });
  const found = await store.findSentMessages(claims.map(({ id }) => id));
  for (const { address, id } of claims) {
    const message = found.find(
      (one) =>
        one.id === id &&
        isOwn(one.tenantId, ownerId) &&
        readReplyAddress(address, addressKeys, one.tenantId).ok,
    );
    if (message !== undefined) return toMessage('reply_address', message);
  }
  return null;
}

async function byUnsubscribeAddress(
  mail: InboundMail,
  { store, addressKeys, ownerId }: MatchOptions,
): Promise<InboundMatch | null> {
  const claims = mail.recipients.slice(0, MOST_LOOKED_FOR).flatMap((address) => {
    const read = readUnsubscribeAddress(address, addressKeys);
    return read.ok ? [{ address, id: read.contactId }] : [];
  });
  const found = await store.findContacts(claims.map(({ id }) => id));
  for (const { address, id } of claims) {
    const contact = found.find(
      (one) =>
        one.id === id &&
        isOwn(one.tenantId, ownerId) &&
        readUnsubscribeAddress(address, addressKeys, one.tenantId).ok,
    );
    if (contact !== undefined) {
      const by = 'unsubscribe_address';
      return {
        by,
        confidence: CONFIDENCE[by],
        tenantId: contact.tenantId,
        message: null,
        contactId: contact.id,
      };
    }
  }
  return null;
}

/** The message answered directly comes first, then those before it, the latest of them first. */
async function byMessageId(
  mail: InboundMail,
  judged: InboundClass,
  { store, ownerId }: MatchOptions,
): Promise<InboundMatch | null> {
  const reported =
    judged.type === 'bounce' || judged.type === 'complaint' ? judged.originalMessageId : null;
  const ids = [
    ...new Set([
      ...(reported === null ? [] : [reported]),
      ...mail.inReplyTo,
      ...mail.references.toReversed(),
    ]),
  ].slice(0, MOST_LOOKED_FOR);
  const found = await store.findMessagesBySmtpId(ids);
  const own = found.filter(({ tenantId }) => isOwn(tenantId, ownerId));
  for (const id of ids) {
    const message = own.find(({ localPart }) => id.replace(/^</, '').startsWith(`${localPart}@`));
    if (message !== undefined) return toMessage('message_id', message);
  }
  return null;
}

async function bySender(
  mail: InboundMail,
  judged: InboundClass,
  { store, ownerId, at }: MatchOptions,
): Promise<InboundMatch | null> {
  const found = await store.findRecentRecipients({
    addresses: writtenTo(mail, judged).slice(0, MOST_LOOKED_FOR),
    domains: mail.recipients.map(emailDomain).slice(0, MOST_LOOKED_FOR),
    at,
    ownerId,
    days: RECENT_DAYS,
  });
  const [only] = found;
  return only !== undefined && found.length === 1 ? toMessage('sender', only) : null;
}

/** Whom we must have written to, where a mail answers one of ours: of a report, whom it is about. */
function writtenTo(mail: InboundMail, judged: InboundClass): string[] {
  const original = mail.original?.recipients ?? [];
  switch (judged.type) {
    case 'bounce':
      return [...judged.recipients.flatMap(({ address }) => address ?? []), ...original];
    case 'complaint':
      return [...(judged.recipient === null ? [] : [judged.recipient]), ...original];
    default:
      return mail.from === null ? [] : [mail.from.address];
  }
}

function isOwn(tenantId: Id, ownerId: Id | null): boolean {
  return ownerId === null || ownerId === tenantId;
}

function toMessage(
  by: InboundMatchedBy,
  { tenantId, id, attempt }: { readonly tenantId: Id; readonly id: Id; readonly attempt: number },
): InboundMatch {
  return {
    by,
    confidence: CONFIDENCE[by],
    tenantId,
    message: { id, attempt },
    contactId: null,
  };
}
