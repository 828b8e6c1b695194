import type { Id, MessageStatus } from '@cadenza/domain';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { toldSinceFirst } from '../store/events-of-message.ts';
import { rowsToSeek, soughtPage, stretchOf, type Page, type PageRequest } from './page.ts';

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
  /** Of an unknown one: how often its fate was looked up, and when nothing was found last. */
  readonly lookUps: number;
  readonly absentAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An attempt at a message before its current one. */
export interface FormerAttempt {
  readonly attempt: number;
  /** `released`: it was taken back before anything left; its number was used again. */
  readonly status: string;
  readonly to: string;
  readonly begunAt: Date;
  readonly acceptedAt: Date | null;
  readonly providerMessageId: string | null;
  readonly detail: string | null;
}

export interface MessageDetail extends MessageSummary {
  readonly events: readonly MessageEventRecord[];
  readonly formerAttempts: readonly FormerAttempt[];
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

/** Events, and attempts, of one message that are read at once: far more than a real one has. */
const MAX_ROWS = 1_000;

/** What waits for an attempt after the first is retried. */
const SHOWN_STATUS = sql<MessageStatus>`
  CASE WHEN status = 'queued' AND attempt > 1 THEN 'retrying' ELSE status END`;

function stored(trx: Transaction<Schema>, tenantId: Id) {
  return trx.selectFrom('outbound_messages').selectAll().where('tenant_id', '=', tenantId);
}

function messages(trx: Transaction<Schema>, rows: ReturnType<typeof stored>) {
  return trx
    .selectFrom(rows.as('m'))
    .select(['id', 'enrollment_id as enrollmentId', 'campaign_id as campaignId'])
    .select(['contact_id as contactId', 'node_id as nodeId', 'visit', 'attempt'])
    .select(['sender_identity_id as senderIdentityId', 'to_address as to', 'subject', 'detail'])
    .select(SHOWN_STATUS.as('status'))
    .select(['begun_at as begunAt', 'accepted_at as acceptedAt'])
    .select(['look_ups as lookUps', 'absent_at as absentAt'])
    .select('provider_message_id as providerMessageId')
    .select(['created_at as createdAt', 'updated_at as updatedAt']);
}

/** Statuses whose messages an index finds: what an operator looks for among many others. */
const FAILURES: readonly MessageStatus[] = ['bounced', 'blocked', 'dropped', 'failed'];
/** Ids of a tenant's messages that can have one of these statuses, which are few at any time. */
const IN_DOUBT: Readonly<Partial<Record<MessageStatus, (tenantId: Id) => RawBuilder<unknown>>>> = {
  dispatching: (tenantId) => sql`
    SELECT unnest(message_ids) FROM hand_off_batches
    WHERE tenant_id = ${tenantId} AND watched`,
  unknown: (tenantId) => sql`
    SELECT id FROM outbound_messages WHERE tenant_id = ${tenantId} AND is_unknown`,
};

/** Rows that a page goes through for a status in a campaign: each lies in a page of its own of the database. */
const SOUGHT_OF_CAMPAIGN = 2_000;

export async function listMessages(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: {
    readonly campaignId?: Id | undefined;
    readonly status?: MessageStatus | undefined;
  } = {},
): Promise<Page<MessageSummary>> {
  const { campaignId, status } = filter;
  const doubt = status === undefined ? undefined : IN_DOUBT[status]?.(tenantId);
  const failure = status !== undefined && FAILURES.includes(status) ? { failure: status } : {};
  const campaign = campaignId === undefined || doubt ? {} : { campaign_id: campaignId };
  const stretch = stretchOf('failure' in failure ? failure : campaign, page.after);
  const isSifted = status !== undefined && (!('failure' in failure) || campaignId !== undefined);
  const count =
    isSifted && campaignId !== undefined ? SOUGHT_OF_CAMPAIGN : rowsToSeek(page, isSifted);
  const rows = stored(trx, tenantId)
    .where(stretch.where)
    // As an array: the planner would else go through all messages for them.
    .$if(doubt !== undefined, (query) =>
      query.where(sql<boolean>`id = ANY (ARRAY(${doubt ?? sql`SELECT NULL::uuid`}))`),
    )
    .orderBy(stretch.order('outbound_messages'))
    .limit(sql.lit(count));
  const found = await messages(trx, rows)
    .$if(campaignId !== undefined, (query) => query.where('campaign_id', '=', campaignId ?? ''))
    .$if(status !== undefined, (query) => query.where(SHOWN_STATUS, '=', status ?? 'queued'))
    .orderBy(stretch.order('m'))
    .limit(page.limit + 1)
    .execute();
  return soughtPage(trx, found, page, { rows, count });
}

/** A message with its events in the order of their own times, and its attempts before the last. */
export async function findMessage(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<MessageDetail | null> {
  const message = await messages(
    trx,
    stored(trx, tenantId).where('id', '=', id),
  ).executeTakeFirst();
  if (message === undefined) return null;
  const formerAttempts = await trx
    .selectFrom('message_attempts')
    .select(['attempt', 'status', 'to_address as to', 'begun_at as begunAt'])
    .select(['accepted_at as acceptedAt', 'provider_message_id as providerMessageId', 'detail'])
    .where('tenant_id', '=', tenantId)
    .where('message_id', '=', id)
    .orderBy('begun_at')
    .limit(MAX_ROWS)
    .execute();
  // Without a hand-off there is nothing to be told of.
  const begun = [message, ...formerAttempts].flatMap(({ begunAt }) => begunAt ?? []);
  const events =
    begun.length === 0
      ? []
      : await trx
          .selectFrom('message_events')
          .select([
            'id',
            'type',
            'occurred_at as at',
            'attempt',
            'actor',
            'url',
            'synthetic',
            'data',
          ])
          .where('tenant_id', '=', tenantId)
          .where('message_id', '=', id)
          .where('occurred_at', '>=', toldSinceFirst(begun))
          .orderBy('occurred_at')
          .orderBy('id')
          .limit(MAX_ROWS)
          .execute();
  return { ...message, events, formerAttempts };
}
