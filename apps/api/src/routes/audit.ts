import { listAudit, type AuditRecord, type Page, type PageRequest } from '@cadenza/database';
import { z } from 'zod';
import { id, instant } from '../http/fields.ts';
import { csvLine } from '../http/csv.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { route, type Route } from '../http/route.ts';

const entry = z
  .strictObject({
    id,
    actor: z
      .string()
      .meta({ description: 'Who: `api_key:<id>`, `user:<id>`, `deliverability`, …' }),
    action: z.string().meta({ description: 'The operation, or what was done by it.' }),
    entity: z.string(),
    entityId: z.string().meta({ description: 'Empty where a change is of none in particular.' }),
    changed: z.array(z.string()).meta({ description: 'Names of the columns that differ.' }),
    before: z.unknown().meta({ description: 'Values as they were, but for people’s own.' }),
    after: z.unknown().meta({ description: 'Values as they are since, but for people’s own.' }),
    createdAt: instant,
  })
  .meta({ id: 'AuditEntry' });

/** Entries read at once for a file. */
const PAGE = 1_000;
const tag = 'Audit';
const scope = 'admin';

type Read = (page: PageRequest) => Promise<Page<AuditRecord>>;

async function* everyEntry(read: Read): AsyncGenerator<AuditRecord> {
  for (let after: PageRequest['after'] = null; ;) {
    const { items, next } = await read({ limit: PAGE, after });
    yield* items;
    if (next === null) return;
    after = next;
  }
}

async function* csvOf(read: Read): AsyncGenerator<string> {
  yield csvLine([
    'at',
    'actor',
    'action',
    'entity',
    'entity_id',
    'changed',
    'before',
    'after',
    'id',
  ]);
  for await (const one of everyEntry(read)) {
    yield csvLine([
      one.createdAt.toISOString(),
      one.actor,
      one.action,
      one.entity,
      one.entityId,
      one.changed.join(' '),
      JSON.stringify(one.before),
      JSON.stringify(one.after),
      one.id,
    ]);
  }
}

async function* linesOf(read: Read): AsyncGenerator<string> {
  for await (const one of everyEntry(read)) yield `${JSON.stringify(one)}\n`;
}

export const auditRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/audit',
    operation: 'listAudit',
    tag,
    scope,
    summary: 'List who changed what, newest first',
    query: z.strictObject(pageQuery),
    response: pageSchema(entry),
    handle: async ({ tenantId, query, tx }) =>
      pageBody(await tx((trx) => listAudit(trx, tenantId, pageRequest(query)))),
  }),
  route({
    method: 'GET',
    path: '/audit/csv',
    operation: 'exportAuditCsv',
    tag,
    scope,
    summary: 'Who changed what, as a CSV file, newest first',
    produces: 'text/csv',
    response: z.string(),
    handle: async ({ tenantId, tx }) =>
      csvOf((page) => tx((trx) => listAudit(trx, tenantId, page))),
  }),
  route({
    method: 'GET',
    path: '/audit/ndjson',
    operation: 'exportAuditNdjson',
    tag,
    scope,
    summary: 'Who changed what, an entry of JSON on each line, newest first',
    produces: 'application/x-ndjson',
    response: z.string(),
    handle: async ({ tenantId, tx }) =>
      linesOf((page) => tx((trx) => listAudit(trx, tenantId, page))),
  }),
];
