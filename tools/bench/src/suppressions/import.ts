import {
  createApiKey,
  createDatabase,
  createPool,
  insertApiKey,
  inTenants,
} from '@cadenza/database';
import { sql } from 'kysely';
import { Readable } from 'node:stream';
import { connect } from '../client.ts';
import type { Pipeline } from '../send/pipeline.ts';

export interface ImportReading {
  readonly rows: number;
  /** From the request to its answer. */
  readonly seconds: number;
  /** Most memory of the api's process, mebibytes. */
  readonly peakMiB: number;
  /** CPU seconds of each process. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly bareSeconds: number;
  /** CPU seconds of PostgreSQL for the same rows, bare. */
  readonly bareCpuSeconds: number;
}

/** Lines handed to the connection at once. */
const LINES = 1_000;

/** A key of the first tenant. */
export async function keyOf(
  pipeline: Pipeline,
): Promise<{ readonly tenantId: string; readonly key: string }> {
  const { rows } = await sql<{ id: string }>`SELECT id FROM tenants ORDER BY id LIMIT 1`.execute(
    pipeline.db,
  );
  const tenantId = rows[0]?.id ?? '';
  const key = createApiKey();
  const api = createDatabase(createPool({ url: pipeline.database.apiUrl, poolSize: 1 }));
  try {
    await inTenants(api, [tenantId], (trx) =>
      insertApiKey(trx, tenantId, { ...key, name: 'bench' }),
    );
  } finally {
    await api.destroy();
  }
  return { tenantId, key: key.key };
}

/** Posts a file of so many rows, and waits for its answer. @returns the seconds that it took. */
export async function importRows(apiUrl: string, key: string, count: number): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(`${apiUrl}/v1/suppressions/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
    body: Readable.toWeb(Readable.from(linesOf(count), { objectMode: false })) as ReadableStream,
    duplex: 'half',
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the import was answered with ${text}`);
  const { added, rejectedTotal } = JSON.parse(text) as {
    readonly added: number;
    readonly rejectedTotal: number;
  };
  if (added !== count || rejectedTotal > 0) throw new Error(`not all was imported: ${text}`);
  return (performance.now() - begun) / 1_000;
}

function* linesOf(count: number): Generator<string> {
  yield 'value,reason,source,channel,first_seen_at\n';
  for (let from = 0; from < count; from += LINES) {
    let lines = '';
    for (let n = from; n < Math.min(from + LINES, count); n += 1) {
      // Scattered, as addresses of an old list are.
      const name = ((n * 2_654_435_761) % 4_294_967_296).toString(36);
      lines += `${name}.${n}@domain${n % 5_000}.example,unsubscribed,crm,email,2024-05-04T10:00:00Z\n`;
    }
    yield lines;
  }
}

const TABLES = [
  [
    'communication_suppressions',
    [
      ['id', 'uuid'],
      ['tenant_id', 'uuid'],
      ['channel', 'text'],
      ['kind', 'text'],
      ['value', 'text'],
      ['reason', 'text'],
      ['legal_reason', 'text'],
      ['source', 'text'],
      ['first_seen_at', 'timestamptz'],
      ['last_seen_at', 'timestamptz'],
    ],
  ],
  [
    'audit_log',
    [
      ['tenant_id', 'uuid'],
      ['id', 'uuid'],
      ['actor', 'text'],
      ['action', 'text'],
      ['entity', 'text'],
      ['entity_id', 'text'],
      ['after', 'jsonb'],
    ],
  ],
] as const;
/** Rows of one statement. */
const SIZE = 5_000;

/**
 * Takes what was imported out of its tables, and puts the same rows into them again with nothing but
 * multi-row inserts on one connection, each committed by itself.
 *
 * @returns the seconds that the inserts took.
 */
export async function insertBareRows(ownerUrl: string): Promise<number> {
  const client = await connect(ownerUrl);
  try {
    let ms = 0;
    for (const [table, columns] of TABLES) {
      const names = columns.map(([name]) => name);
      await client.query(`CREATE UNLOGGED TABLE taken AS SELECT * FROM ${table}`);
      // What refers to it is empty.
      await client.query(`TRUNCATE ${table} CASCADE`);
      const text = `INSERT INTO ${table} (${names.join(', ')})
        SELECT * FROM unnest(${columns.map(([, type], n) => `$${n + 1}::${type}[]`).join(', ')})`;
      await client.query('BEGIN');
      await client.query(`DECLARE rows CURSOR WITH HOLD FOR
        SELECT ${names.map((name) => `${name}::text`).join(', ')} FROM taken ORDER BY id`);
      await client.query('COMMIT');
      await client.query('CHECKPOINT');
      for (;;) {
        const { rows } = await client.query<unknown[]>({
          text: `FETCH ${SIZE} FROM rows`,
          rowMode: 'array',
        });
        if (rows.length === 0) break;
        const values = names.map((_, column) => rows.map((row) => row[column]));
        const begun = performance.now();
        await client.query({ name: table, text, values });
        ms += performance.now() - begun;
      }
      await client.query('CLOSE rows');
      await client.query('DROP TABLE taken');
    }
    return ms / 1_000;
  } finally {
    await client.end();
  }
}
