import { isFailure, type Id, type MessageStatus } from '@cadenza/domain';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { toldSinceFirst } from '../store/events-of-message.ts';
import {
  readInOrder,
  rowsToSeek,
  soughtPage,
  stretchOf,
  type Page,
  type PageRequest,
} from './page.ts';

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
  /** That somebody has said of a failed attempt that nothing is left to do; null: nobody has. */
  readonly dismissal: Dismissal | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Dismissal {
  /** The attempt that had failed. A later one that fails is not dismissed by it. */
  readonly attempt: number;
  /** Real time. */
  readonly at: Date;
  /** As the audit log names them. */
  readonly by: string;
  /** Null where the person has been erased since. */
  readonly reason: string | null;
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
    .select(['dismissed_attempt', 'dismissed_at', 'dismissed_by', 'dismissal_reason'])
    .select(['created_at as createdAt', 'updated_at as updatedAt']);
}

type Row = Awaited<ReturnType<ReturnType<typeof messages>['execute']>>[number];

function summaryOf({
  dismissed_attempt: attempt,
  dismissed_at: at,
  dismissed_by: by,
  dismissal_reason: reason,
  ...row
}: Row): MessageSummary {
  const isDismissed = attempt !== null && at !== null && by !== null;
  return { ...row, dismissal: isDismissed ? { attempt, at, by, reason } : null };
}

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

/**
 * A page of messages, the newest first. A status of failure finds those that nobody has dismissed: what is
 * left to do.
 */
export async function listMessages(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: {
    readonly campaignId?: Id | undefined;
    readonly status?: MessageStatus | undefined;
    /** Those alone whose failure has been dismissed, or has not been. */
    readonly dismissed?: boolean | undefined;
  } = {},
): Promise<Page<MessageSummary>> {
  const { campaignId, status, dismissed } = filter;
  const doubt = status === undefined ? undefined : IN_DOUBT[status]?.(tenantId);
  // An index finds them: what an operator looks for among many others.
  const isLeft = dismissed !== true && status !== undefined && isFailure(status);
  const failure = isLeft ? { failure: status } : {};
  const campaign = campaignId === undefined || doubt ? {} : { campaign_id: campaignId };
  const stretch = stretchOf('failure' in failure ? failure : campaign, page.after);
  const isSifted =
    dismissed !== undefined ||
    (status !== undefined && (!('failure' in failure) || campaignId !== undefined));
  const count =
    isSifted && campaignId !== undefined ? SOUGHT_OF_CAMPAIGN : rowsToSeek(page, isSifted);
  if (isSifted && doubt === undefined) await readInOrder(trx);
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
    .$if(dismissed !== undefined, (query) =>
      query.where(
        sql<boolean>`(dismissed_attempt IS NOT DISTINCT FROM attempt) = ${dismissed ?? false}`,
      ),
    )
    .orderBy(stretch.order('m'))
    .limit(page.limit + 1)
    .execute();
  return soughtPage(trx, found.map(summaryOf), page, { rows, count });
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
  return { ...summaryOf(message), events, formerAttempts };
}

/**
 * `dismissed_before`: by somebody whose word stands; `not_failed`: it is under way, or has arrived;
 * `not_found`: the tenant has none such.
 */
export type Dismissed = 'dismissed' | 'dismissed_before' | 'not_failed' | 'not_found';

/**
 * Says of a failed message that nothing is left to do: it is found no more among what has failed. It stays
 * as it is, can be sent again, and says who said so, when and why. Said again it changes nothing.
 */
export async function dismissFailure(
  trx: Transaction<Schema>,
  { tenantId, id }: { readonly tenantId: Id; readonly id: Id },
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Dismissed> {
  const { rows } = await sql`
    UPDATE outbound_messages
    SET dismissed_attempt = attempt, dismissed_at = now(), dismissed_by = ${by},
      dismissal_reason = ${reason}
    WHERE tenant_id = ${tenantId} AND id = ${id} AND failure IS NOT NULL
    RETURNING id`.execute(trx);
  if (rows.length > 0) return 'dismissed';
  const message = await messages(
    trx,
    stored(trx, tenantId).where('id', '=', id),
  ).executeTakeFirst();
  if (message === undefined) return 'not_found';
  const wasDismissed = isFailure(message.status) && message.dismissed_attempt === message.attempt;
  return wasDismissed ? 'dismissed_before' : 'not_failed';
}
