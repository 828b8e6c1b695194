import type { Id } from '@cadenza/domain';
import type { InboundEffect, InboundMatchedBy, InboundVerdict } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rowsToSeek, soughtPage, type Page, type PageRequest } from './page.ts';

/** A mail that came in. */
export interface InboundSummary {
  readonly id: Id;
  readonly kind: string;
  /** 0 to 1: how sure the kind is. */
  readonly kindConfidence: number;
  readonly verdict: InboundVerdict;
  /** Null: it is not known whose message it answers. */
  readonly matchedBy: InboundMatchedBy | null;
  readonly confidence: number | null;
  readonly effect: InboundEffect | null;
  readonly messageId: Id | null;
  readonly enrollmentId: Id | null;
  readonly contactId: Id | null;
  readonly from: string;
  readonly subject: string;
  readonly replyText: string | null;
  /** `YYYY-MM-DD`. */
  readonly returnOn: string | null;
  readonly receivedAt: Date;
}

export interface InboundAttachmentRecord {
  readonly id: Id;
  readonly filename: string | null;
  readonly contentType: string;
  readonly bytes: number;
}

export interface InboundDetail extends InboundSummary {
  readonly recipients: readonly string[];
  readonly signs: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly InboundAttachmentRecord[];
}

function stored(trx: Transaction<Schema>, tenantId: Id) {
  return trx.selectFrom('inbound_messages').selectAll().where('tenant_id', '=', tenantId);
}

function inbound(trx: Transaction<Schema>, rows: ReturnType<typeof stored>) {
  return trx
    .selectFrom(rows.as('i'))
    .select((eb) => [
      'id',
      eb.fn.coalesce('kind', sql<string>`'human'`).as('kind'),
      eb.fn.coalesce('kind_confidence', sql<number>`0`).as('kindConfidence'),
      'verdict',
      eb.ref('matched_by').$castTo<InboundMatchedBy | null>().as('matchedBy'),
      'confidence',
      eb.ref('effect').$castTo<InboundEffect | null>().as('effect'),
      'message_id as messageId',
      'enrollment_id as enrollmentId',
      'contact_id as contactId',
      'from_address as from',
      eb.fn.coalesce('subject', sql<string>`''`).as('subject'),
      'reply_text as replyText',
      sql<string | null>`to_char(return_on, 'YYYY-MM-DD')`.as('returnOn'),
      'received_at as receivedAt',
    ]);
}

export async function listInbound(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: {
    readonly kind?: string | undefined;
    readonly verdict?: InboundVerdict | undefined;
    readonly enrollmentId?: Id | undefined;
    readonly contactId?: Id | undefined;
  } = {},
): Promise<Page<InboundSummary>> {
  const { after } = page;
  const { kind, verdict, enrollmentId, contactId } = filter;
  const count = rowsToSeek(page, kind !== undefined || verdict !== undefined);
  const rows = stored(trx, tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .$if(enrollmentId !== undefined, (query) =>
      query.where('enrollment_id', '=', enrollmentId ?? ''),
    )
    .$if(contactId !== undefined, (query) => query.where('contact_id', '=', contactId ?? ''))
    .orderBy('id', 'desc')
    .limit(sql.lit(count));
  const found = await inbound(trx, rows)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
    .$if(verdict !== undefined, (query) => query.where('verdict', '=', verdict ?? 'signed'))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return soughtPage(trx, found, page, { rows, count });
}

export async function findInbound(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<InboundDetail | null> {
  const row = await inbound(trx, stored(trx, tenantId).where('id', '=', id))
    .select((eb) => [
      'recipients',
      'signs',
      eb.ref('details').$castTo<InboundDetail['details']>().as('details'),
      eb.ref('headers').$castTo<InboundDetail['headers']>().as('headers'),
      'body_text as text',
      'body_html as html',
    ])
    .executeTakeFirst();
  if (row === undefined) return null;
  const attachments = await trx
    .selectFrom('inbound_attachments')
    .select(['id', 'filename', 'content_type as contentType', 'bytes'])
    .where('tenant_id', '=', tenantId)
    .where('inbound_message_id', '=', id)
    .orderBy('position')
    .execute();
  return { ...row, attachments };
}

/** An attachment, with where its bytes are; null where the mail has none of that id. */
export async function findInboundAttachment(
  trx: Transaction<Schema>,
  tenantId: Id,
  inboundId: Id,
  id: Id,
): Promise<(InboundAttachmentRecord & { readonly blobKey: string }) | null> {
  const row = await trx
    .selectFrom('inbound_attachments')
    .select(['id', 'filename', 'content_type as contentType', 'bytes', 'blob_key as blobKey'])
    .where('tenant_id', '=', tenantId)
    .where('inbound_message_id', '=', inboundId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}
