import { findInbound, findInboundAttachment, listInbound } from '@cadenza/database';
import { INBOUND_EFFECTS, INBOUND_MATCHES } from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, instant } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const KINDS = [
  'human',
  'out_of_office',
  'auto_reply',
  'bounce',
  'complaint',
  'opt_out',
  'forwarded',
] as const;
const VERDICTS = ['signed', 'token', 'open', 'unverified'] as const;

const summary = {
  id,
  kind: z.enum(KINDS),
  kindConfidence: z.number().meta({ description: '0 to 1: how sure the kind is.' }),
  verdict: z.enum(VERDICTS).meta({
    description:
      'What vouches for it; `unverified`: nothing does, and it has brought nothing about.',
  }),
  matchedBy: z.enum(INBOUND_MATCHES).nullable().meta({
    description: 'By what the message was found that it answers; null where none was.',
  }),
  confidence: z.number().nullable().meta({ description: '0 to 1: how sure the match is.' }),
  effect: z.enum(INBOUND_EFFECTS).nullable(),
  messageId: id.nullable(),
  enrollmentId: id.nullable(),
  contactId: id.nullable(),
  from: z.string(),
  subject: z.string(),
  replyText: z.string().nullable().meta({ description: 'Without what it quotes.' }),
  returnOn: z.string().nullable().meta({ description: 'The day of the return, YYYY-MM-DD.' }),
  receivedAt: instant,
};

const inboundMessage = z.strictObject(summary).meta({ id: 'InboundMessage' });

const inboundDetail = z
  .strictObject({
    ...summary,
    recipients: z.array(z.string()),
    signs: z.array(z.string()).meta({ description: 'What spoke for the kind.' }),
    details: z.record(z.string(), z.unknown()),
    headers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    text: z.string().nullable(),
    html: z.string().nullable().meta({ description: 'As it came: never show it as it is.' }),
    attachments: z.array(
      z.strictObject({
        id,
        filename: z.string().nullable(),
        contentType: z.string().meta({ description: 'As the mail says.' }),
        bytes: z.int(),
      }),
    ),
  })
  .meta({ id: 'InboundMessageDetail' });

const tag = 'Inbound messages';
const WHAT = 'inbound message';

export function inboundMessageRoutes({ blobs }: Pick<ApiDeps, 'blobs'>): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/inbound-messages',
      operation: 'listInboundMessages',
      tag,
      summary: 'List mails that came in, newest first',
      query: z.strictObject({
        ...pageQuery,
        kind: z.enum(KINDS).optional(),
        verdict: z.enum(VERDICTS).optional(),
        enrollmentId: id.optional(),
        contactId: id.optional(),
      }),
      response: pageSchema(inboundMessage),
      handle: async ({ tenantId, query, tx }) => {
        const page = await tx((trx) => listInbound(trx, tenantId, pageRequest(query), query));
        return pageBody({ ...page, items: page.items.map(withKind) });
      },
    }),
    route({
      method: 'GET',
      path: '/inbound-messages/:id',
      operation: 'getInboundMessage',
      tag,
      summary: 'Read a mail that came in',
      params: z.strictObject({ id }),
      response: inboundDetail,
      handle: async ({ tenantId, params, tx }) =>
        withKind(found(await tx((trx) => findInbound(trx, tenantId, params.id)), WHAT, params.id)),
    }),
    route({
      method: 'GET',
      path: '/inbound-messages/:id/attachments/:attachmentId',
      operation: 'getInboundAttachment',
      tag,
      summary: 'Download what was attached to a mail',
      params: z.strictObject({ id, attachmentId: id }),
      response: z.unknown(),
      download: true,
      async handle({ tenantId, params, tx }) {
        const { id: inboundId, attachmentId } = params;
        const attachment = found(
          await tx((trx) => findInboundAttachment(trx, tenantId, inboundId, attachmentId)),
          'attachment',
          attachmentId,
        );
        const bytes = await blobs.get(attachment.blobKey);
        if (bytes === null) {
          throw new HttpProblem('unavailable', 'The bytes of this attachment are not there.');
        }
        return { filename: attachment.filename ?? 'attachment', size: attachment.bytes, bytes };
      },
    }),
  ];
}

/** What the database holds are kinds: its CHECK says so. */
function withKind<T extends { readonly kind: string }>(
  row: T,
): Omit<T, 'kind'> & { readonly kind: (typeof KINDS)[number] } {
  return { ...row, kind: row.kind as (typeof KINDS)[number] };
}
