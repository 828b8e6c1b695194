import { answered, type components } from '@cadenza/client';
import { loadApiAccess, type ApiAccess } from '@cadenza/config';
import { Option, type Command } from 'commander';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import type { Progress } from '../progress.ts';
import { table, type Answer, type Answering, type Terminal } from '../terminal.ts';

type Report = components['schemas']['ImportReport'];

interface ImportOptions {
  readonly format?: keyof typeof TYPES;
  readonly onDuplicate: 'update' | 'skip';
}

const TYPES = { csv: 'text/csv', json: 'application/json' } as const;
/** Rejected rows that people are shown; `--json` has what the API lists. */
const SHOWN = 50;

export function importCommand(program: Command, terminal: Terminal, answering: Answering): void {
  answering<ImportOptions>(
    program
      .command('import')
      .description('import contacts from a file, by the API of CADENZA_URL and CADENZA_API_KEY')
      .argument('<file>', 'CSV in UTF-8 or a JSON array of objects; - is standard input')
      .addOption(
        new Option(
          '--format <format>',
          'otherwise the name of the file says it, csv by default',
        ).choices(Object.keys(TYPES)),
      )
      .addOption(
        new Option(
          '--on-duplicate <what>',
          'contacts that are there: fill in what they lack, or leave them',
        )
          .choices(['update', 'skip'])
          .default('update'),
      ),
    async ({ format, onDuplicate }, [file = ''], { progress }) => {
      const access = loadApiAccess(terminal.env);
      const size = file === '-' ? null : (await stat(file)).size;
      const source = file === '-' ? terminal.stdin : createReadStream(file);
      const shown = await progress('bytes', async () => size);
      const type = TYPES[format ?? (extname(file).toLowerCase() === '.json' ? 'json' : 'csv')];
      return answerOf(await send(source.pipe(counting(shown)), { access, type, onDuplicate }));
    },
  );
}

/** @throws CadenzaApiError for any answer that is no success, Error where none comes. */
function send(
  body: Readable,
  options: { readonly access: ApiAccess; readonly type: string; readonly onDuplicate: string },
): Promise<Report> {
  const { access, type, onDuplicate } = options;
  const call = async () => {
    const response = await fetch(`${access.url}/v1/contacts/import?onDuplicate=${onDuplicate}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access.apiKey.reveal()}`, 'content-type': type },
      body: Readable.toWeb(body) as ReadableStream<Uint8Array>,
      // What is sent is not kept, and an answer may come before all of it has gone.
      duplex: 'half',
    }).catch((error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new Error(`CADENZA_URL: ${access.url} gave no answer: ${String(cause)}`, {
        cause: error,
      });
    });
    const answer = (await response.json().catch(() => null)) as Report;
    return response.ok ? { data: answer, response } : { error: answer, response };
  };
  return answered<Report>(call());
}

function counting(progress: Progress): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      progress.advance(chunk.length);
      done(null, chunk);
    },
  });
}

function answerOf(report: Report): Answer {
  const { imported, updated, duplicates, rejectedTotal, rejected, warnings } = report;
  const shown = rejected.slice(0, SHOWN);
  return {
    data: report,
    text: [
      ...(shown.length === 0
        ? []
        : [
            table(
              ['row', 'column', 'problem'],
              shown.map(({ row, column, message }) => [String(row), column, message]),
            ),
            '',
          ]),
      `${imported} imported, ${updated} updated, ${duplicates} duplicates, ${rejectedTotal} rejected`,
    ].join('\n'),
    notes: warnings.slice(0, SHOWN).map(({ row, message }) => `row ${row}: ${message}`),
    ok: rejectedTotal === 0,
  };
}
