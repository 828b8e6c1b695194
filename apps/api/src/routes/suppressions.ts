import {
  findSuppression,
  listSuppressions,
  removeSuppression,
  type RemovalRefusal,
  type SuppressionRecord,
} from '@cadenza/database';
import {
  isEmailDomain,
  LEGAL_SUPPRESSION_REASONS,
  CHANNELS,
  RESERVED_SUPPRESSION_SOURCES,
  SUPPRESSION_REASONS,
  type Clock,
} from '@cadenza/domain';
import { suppress, type SuppressionEntry } from '@cadenza/engine';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { email, id, instant, line, phone, pointInTime, rowProblem } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem, notFound } from '../http/problem.ts';
import { route, type Route, type RouteContext } from '../http/route.ts';
import { bodyOf } from '../import/body.ts';
import { brokenOff } from '../import/broken-off.ts';
import { IMPORT_LIMITS, SUPPRESSION_LIMITS } from '../import/limits.ts';
import { decodeUtf8 } from '../import/utf8.ts';
import { csvOfSuppressions } from '../suppressions/export-csv.ts';
import { importSuppressions, newReport } from '../suppressions/import-csv.ts';

const suppression = z
  .strictObject({
    id,
    channel: z.enum(CHANNELS),
    kind: z.enum(['address', 'domain']),
    value: z.string(),
    reason: z.enum(SUPPRESSION_REASONS),
    legalReason: z.enum(LEGAL_SUPPRESSION_REASONS).nullable().meta({
      description:
        'The reason ever given that binds most. `unsubscribed` is lifted by a consent alone, `spamreport` and `erased` by nothing.',
    }),
    source: z.string(),
    messageId: id.nullable(),
    firstSeenAt: instant,
    lastSeenAt: instant,
  })
  .meta({ id: 'Suppression' });

const domain = z
  .string()
  .max(254)
  .transform((value) => value.trim().toLowerCase())
  .refine(isEmailDomain, {
    error: 'a domain such as example.com',
    params: { code: 'invalid_domain' },
  });

const tag = 'Suppressions';
const MAX_VALUES = 1_000;
/** Ids of ended enrollments that an answer lists: a domain can have any number. */
const LISTED = 10_000;

const toSuppress = z
  .strictObject({
    addresses: z.array(email).max(MAX_VALUES).default([]),
    domains: z
      .array(domain)
      .max(MAX_VALUES)
      .default([])
      .meta({ description: 'All addresses of these domains, not of those below them.' }),
    phones: z.array(phone).max(MAX_VALUES).default([]).meta({ description: 'For SMS.' }),
    reason: z.enum(SUPPRESSION_REASONS).default('manual'),
    source: line(200)
      .refine((source) => !RESERVED_SUPPRESSION_SOURCES.includes(source), {
        error: `a source of your own, and none of ${RESERVED_SUPPRESSION_SOURCES.join(', ')}`,
      })
      .optional()
      .meta({ description: 'Where it comes from; by default the key.' }),
  })
  .refine(
    ({ addresses, domains, phones }) => addresses.length + domains.length + phones.length > 0,
    { error: 'at least one address, domain or phone', path: ['addresses'] },
  );

const filters = {
  address: email.optional(),
  prefix: line(254)
    .transform((value) => value.toLowerCase())
    .optional()
    .meta({ description: 'How an address, a domain or a number begins.' }),
  domain: domain.optional().meta({ description: 'A domain itself, and all addresses of it.' }),
  reason: z.enum(SUPPRESSION_REASONS).optional(),
  source: line(200).optional(),
  kind: z.enum(['address', 'domain']).optional(),
  channel: z.enum(CHANNELS).optional(),
  since: pointInTime.optional().meta({ description: 'Last seen then or later.' }),
  until: pointInTime.optional().meta({ description: 'Last seen before then.' }),
};

const consent = z.strictObject({
  source: line(200).meta({
    description: 'Where and how the person agreed, for whoever asks later.',
  }),
  at: pointInTime.meta({ description: 'When. Later than the suppression was last seen.' }),
});

const importReport = z
  .strictObject({
    added: z.int().meta({ description: 'Rows whose value was not on the list before.' }),
    known: z.int().meta({ description: 'Rows whose value was, or is that of an earlier row.' }),
    endedEnrollments: z.int(),
    lastRow: z.int().meta({ description: 'The last row that was read, as a spreadsheet counts.' }),
    rejectedTotal: z.int(),
    rejected: z
      .array(rowProblem)
      .meta({ description: `The first ${IMPORT_LIMITS.listed} rejected rows.` }),
  })
  .meta({ id: 'SuppressionImportReport' });

type Context = Pick<
  RouteContext<{ readonly id: string }, unknown, unknown>,
  'tenantId' | 'actor' | 'tx'
>;

export function suppressionRoutes(
  deps: Pick<ApiDeps, 'store' | 'plans' | 'clock' | 'settings'>,
): readonly Route[] {
  const { store, plans, clock } = deps;
  const { graceMs } = deps.settings;
  return [
    route({
      method: 'POST',
      path: '/suppressions',
      operation: 'suppress',
      auditsItself: true,
      tag,
      summary: 'Never write to these again; ends what is under way to them',
      body: toSuppress,
      response: z.strictObject({
        suppressed: z.int().meta({ description: 'Values that are suppressed now.' }),
        endedEnrollments: z.int(),
        endedEnrollmentIds: z.array(id).meta({ description: `The first ${LISTED} of them.` }),
      }),
      async handle({ tenantId, actor, body }) {
        const entries = entriesOf(body, actor);
        const { endedEnrollmentIds } = await suppress(
          { tenantId, entries, actor },
          { store, plans, now: () => clock.now(), graceMs },
        );
        return {
          suppressed: entries.length,
          endedEnrollments: endedEnrollmentIds.length,
          endedEnrollmentIds: endedEnrollmentIds.slice(0, LISTED),
        };
      },
    }),
    route({
      method: 'GET',
      path: '/suppressions',
      operation: 'listSuppressions',
      tag,
      summary: 'Find suppressions, newest first',
      query: z.strictObject({ ...pageQuery, ...filters }),
      response: pageSchema(suppression),
      handle: async ({ tenantId, query, tx }) =>
        pageBody(await tx((trx) => listSuppressions(trx, tenantId, pageRequest(query), query))),
    }),
    route({
      method: 'GET',
      path: '/suppressions/export',
      operation: 'exportSuppressions',
      tag,
      summary:
        'All suppressions that match, newest first, as a CSV file that can be imported again',
      query: z.strictObject(filters),
      produces: 'text/csv',
      response: z.string(),
      handle: async ({ tenantId, query, tx }) =>
        csvOfSuppressions((page) => tx((trx) => listSuppressions(trx, tenantId, page, query))),
    }),
    route({
      method: 'POST',
      path: '/suppressions/import',
      operation: 'importSuppressions',
      auditsItself: true,
      tag,
      summary:
        'Suppress what a CSV file in UTF-8 lists: value, and where it has them reason, source, channel, first_seen_at',
      streams: ['text/csv'],
      response: importReport,
      async handle({ tenantId, actor, request, reply }) {
        const report = newReport();
        try {
          requireCsv(request);
          const text = decodeUtf8(
            bodyOf(request, SUPPRESSION_LIMITS.bytes),
            SUPPRESSION_LIMITS.bytes,
          );
          await importSuppressions(text, report, {
            source: actor,
            now: () => clock.now(),
            write: (entries) =>
              suppress(
                { tenantId, entries, actor },
                { store, plans, now: () => clock.now(), graceMs },
              ),
          });
        } catch (error) {
          // What is left of the body is not read: the connection cannot be used again.
          if (!request.raw.readableEnded) reply.header('connection', 'close');
          const { added, known } = report;
          throw brokenOff(
            error,
            report,
            added + known === 0 ? null : `${added} new, ${known} known`,
          );
        }
        return report;
      },
    }),
    ...singleRoutes(clock),
  ];
}

/** Routes of one suppression. */
function singleRoutes(clock: Clock): readonly Route[] {
  const params = z.strictObject({ id });
  async function remove(
    { tenantId, actor, tx }: Context,
    which: string,
    agreed: z.output<typeof consent> | null,
  ): Promise<SuppressionRecord> {
    const now = new Date(clock.now());
    if (agreed !== null && agreed.at > now) throw conflict('The consent lies in the future.');
    const change = { actor, consent: agreed, now };
    return tx(async (trx) => {
      const result = await removeSuppression(trx, tenantId, which, change);
      if (result.kind !== 'removed') throw refused(result, which);
      return result.row;
    });
  }
  return [
    route({
      method: 'GET',
      path: '/suppressions/:id',
      operation: 'getSuppression',
      tagged: { row: 'communication_suppressions' },
      tag,
      summary: 'Read one suppression',
      params,
      response: suppression,
      handle: async ({ tenantId, params: { id: which }, tx }) =>
        found(await tx((trx) => findSuppression(trx, tenantId, which)), 'suppression', which),
    }),
    route({
      method: 'DELETE',
      path: '/suppressions/:id',
      operation: 'removeSuppression',
      auditsItself: true,
      tag,
      summary:
        'Take a suppression off the list that no law asks for; nothing starts again by itself',
      params,
      response: suppression,
      handle: (context) => remove(context, context.params.id, null),
    }),
    route({
      method: 'POST',
      path: '/suppressions/:id/lift',
      operation: 'liftSuppression',
      auditsItself: true,
      answersIn: 'transaction',
      tag,
      summary: 'Take a suppression off the list because the person has agreed to be written to',
      params,
      body: z.strictObject({ consent }),
      response: suppression,
      handle: (context) => remove(context, context.params.id, context.body.consent),
    }),
  ];
}

function requireCsv({ headers }: FastifyRequest): void {
  if (headers['content-type']?.startsWith('text/csv') === true) return;
  throw new HttpProblem(
    'unsupported-media-type',
    'The content type is another: expected text/csv.',
  );
}

function entriesOf(body: z.output<typeof toSuppress>, actor: string): SuppressionEntry[] {
  const { reason, source = actor } = body;
  const given = { reason, source, at: null };
  return [
    ...[...new Set(body.addresses)].map(
      (value) => ({ ...given, channel: 'email', kind: 'address', value }) as const,
    ),
    ...[...new Set(body.domains)].map(
      (value) => ({ ...given, channel: 'email', kind: 'domain', value }) as const,
    ),
    ...[...new Set(body.phones)].map(
      (value) => ({ ...given, channel: 'sms', kind: 'address', value }) as const,
    ),
  ];
}

function refused(refusal: RemovalRefusal, which: string): HttpProblem {
  switch (refusal.kind) {
    case 'not_found':
      return notFound('suppression', which);
    case 'never':
      return conflict(`It is a ${refusal.reason}: that holds for good.`);
    case 'needs_consent':
      return conflict(
        `The person has unsubscribed: POST /v1/suppressions/${which}/lift takes a consent of after ${refusal.lastSeenAt.toISOString()}.`,
      );
  }
}

function conflict(detail: string): HttpProblem {
  return new HttpProblem('conflict', detail);
}
