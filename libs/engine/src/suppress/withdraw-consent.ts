import type { Id } from '@cadenza/domain';
import type { SuppressOptions } from './suppress.ts';
import { suppressWithin } from './suppress.ts';

/** Who is named as the source of the suppression. */
const SOURCE = 'consent_withdrawn';

/**
 * Withdraws what a person has consented to on a channel: nothing is sent to them there any more, as
 * if they had unsubscribed, and what was under way ends in the same transaction. Where they had given
 * no consent it is their word all the same. Saying it again changes nothing.
 *
 * @returns whether a consent held before; null where the tenant has no such contact.
 */
export function withdrawConsent(
  request: {
    readonly tenantId: Id;
    readonly contactId: Id;
    readonly channel: 'email' | 'sms';
    readonly actor: string;
  },
  options: SuppressOptions,
): Promise<boolean | null> {
  const { tenantId, contactId, channel, actor } = request;
  const contact = { tenantId, id: contactId };
  return options.store.transaction([tenantId], async (tx) => {
    if (!(await tx.lockContact(contact))) return null;
    const addresses = await tx.channelOf(contact, channel);
    const now = options.now();
    const said = { channel, reason: 'unsubscribed', source: SOURCE, at: now } as const;
    await suppressWithin(
      tx,
      {
        tenantId,
        entries: addresses.map((value) => ({ ...said, kind: 'address', value })),
        actor,
      },
      options,
    );
    // It is the person's word, whatever their address becomes.
    const values = addresses.length === 0 ? [null] : addresses;
    await tx.addContactOptOuts(values.map((value) => ({ ...said, tenantId, contactId, value })));
    return tx.endConsent(contact, channel, now);
  });
}
