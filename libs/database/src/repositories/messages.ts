import type { Id, MessageStatus } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

export interface MessageSummary {
  readonly id: Id;
  readonly enrollmentId: Id;
  readonly campaignId: Id;
  readonly contactId: Id;
  readonly nodeId: string;
  readonly visit: number;
  readonly attempt: number;
  readonly senderIdentityId: Id;
  readonly status: MessageStatus;
  readonly to: string | null;
  readonly subject: string | null;
  readonly begunAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly providerMessageId: string | null;
  /** What the provider said last, or why it was not sent. */
  readonly detail: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface MessageEventRecord {
  readonly id: Id;
  readonly type: string;
  readonly at: Date;
  readonly attempt: number;
  readonly actor: string;
  readonly url: string | null;
  /** Written by a time-out, for want of a real one. */
  readonly synthetic: boolean;
  readonly data: unknown;
}

/** Events of one message that are read at once: far more than a real one has. */
const MAX_EVENTS = 1_000;

function messages(trx: Transaction<Schema>, tenantId: Id) {
  return trx
    .selectFrom('outbound_messages')
    .select(['id', 'enrollment_id as enrollmentId', 'campaign_id as campaignId'])
    .select(['contact_id as contactId', 'node_id as nodeId', 'visit', 'attempt'])
    .select(['sender_identity_id as senderIdentityId', 'to_address as to', 'subject', 'detail'])
    .select((eb) => eb.ref('status').$castTo<MessageStatus>().as('status'))
    .select(['begun_at as begunAt', 'accepted_at as acceptedAt'])
    .select('provider_message_id as providerMessageId')
    .select(['created_at as createdAt', 'updated_at as updatedAt'])
    .where('tenant_id', '=', tenantId);
}

export async function listMessages(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: {
    readonly campaignId?: Id | undefined;
    readonly status?: MessageStatus | undefined;
  } = {},
): Promise<Page<MessageSummary>> {
  const { after } = page;
  const { campaignId, status } = filter;
  const rows = await messages(trx, tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .$if(campaignId !== undefined, (query) => query.where('campaign_id', '=', campaignId ?? ''))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}

/** A message with its events in the order of their own times. */
export async function findMessage(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<(MessageSummary & { readonly events: readonly MessageEventRecord[] }) | null> {
  const message = await messages(trx, tenantId).where('id', '=', id).executeTakeFirst();
  if (message === undefined) return null;
  const events = await trx
    .selectFrom('message_events')
    .select(['id', 'type', 'occurred_at as at', 'attempt', 'actor', 'url', 'synthetic', 'data'])
    .where('tenant_id', '=', tenantId)
    .where('message_id', '=', id)
    .orderBy('occurred_at')
    .orderBy('id')
    .limit(MAX_EVENTS)
    .execute();
  return { ...message, events };
}
