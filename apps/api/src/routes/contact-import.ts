import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { rowProblem } from '../http/fields.ts';
import { route, type Route } from '../http/route.ts';
import { bodyOf } from '../import/body.ts';
import { brokenOff } from '../import/broken-off.ts';
import { importFile } from '../import/import-file.ts';
import { IMPORT_LIMITS } from '../import/limits.ts';
import { newReport, notesInto } from '../import/report.ts';
import { csvRows, jsonRows } from '../import/rows.ts';
import { decodeUtf8 } from '../import/utf8.ts';

const report = z
  .strictObject({
    imported: z.int(),
    updated: z.int().meta({ description: 'Contacts that were there, and got what they lacked.' }),
    duplicates: z.int().meta({
      description: 'Rows whose address an earlier row has, or with nothing to add to a contact.',
    }),
    lastRow: z.int().meta({ description: 'The last row that was read, as a spreadsheet counts.' }),
    rejectedTotal: z.int(),
    rejected: z
      .array(rowProblem)
      .meta({ description: `The first ${IMPORT_LIMITS.listed} rejected rows.` }),
    customColumns: z.array(z.strictObject({ column: z.string(), key: z.string() })).meta({
      description: `The first ${IMPORT_LIMITS.columns} columns that are no field of ours: their values became \`contact.custom.<key>\`.`,
    }),
    warnings: z.array(rowProblem).meta({
      description: 'Rows that were taken without a value of theirs, or a file without rows.',
    }),
  })
  .meta({ id: 'ImportReport' });

export const contactImportRoutes = ({ standIn }: Pick<ApiDeps, 'standIn'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/contacts/import',
    operation: 'importContacts',
    tag: 'Contacts',
    summary: 'Import contacts from a CSV file in UTF-8, or from a JSON array of objects',
    query: z.strictObject({
      onDuplicate: z
        .enum(['update', 'skip'])
        .optional()
        .meta({ description: 'Contacts that are there: fill in what they lack, or leave them.' }),
    }),
    streams: ['text/csv', 'application/json'],
    response: report,
    async handle({ tenantId, query, request, reply, tx }) {
      const filled = newReport();
      try {
        const text = decodeUtf8(bodyOf(request, IMPORT_LIMITS.bytes));
        const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
        const notes = notesInto(filled);
        const rows = isJson ? jsonRows(text, notes) : csvRows(text, notes);
        const fill = query.onDuplicate !== 'skip';
        await importFile(rows, { tenantId, tx, fill, standIn }, filled);
      } catch (error) {
        // What is left of the body is not read: the connection cannot be used again.
        if (!request.raw.readableEnded) reply.header('connection', 'close');
        const { imported, updated } = filled;
        const written = imported + updated === 0 ? null : `${imported} new, ${updated} updated`;
        throw brokenOff(error, filled, written);
      }
      return filled;
    },
  }),
];
