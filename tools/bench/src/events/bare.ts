import { connect } from '../client.ts';

const COLUMNS = [
  ['tenant_id', 'uuid'],
  ['id', 'uuid'],
  ['message_id', 'uuid'],
  ['enrollment_id', 'uuid'],
  ['attempt', 'integer'],
  ['type', 'text'],
  ['occurred_at', 'timestamptz'],
  ['actor', 'text'],
  ['dedupe_key', 'text'],
  ['provider_event_id', 'text'],
  ['url', 'text'],
  ['delivery_id', 'uuid'],
  ['synthetic', 'boolean'],
  ['data', 'jsonb'],
] as const;
/** Rows of one statement. */
const SIZE = 1_000;

/**
 * Takes the events that are stored out of their table, and puts the same rows into it again with
 * nothing but multi-row inserts on one connection, each committed by itself.
 *
 * @returns the seconds that the inserts took.
 */
export async function insertBare(
  ownerUrl: string,
): Promise<{ readonly rows: number; readonly seconds: number }> {
  const client = await connect(ownerUrl);
  try {
    const names = COLUMNS.map(([name]) => name);
    const { rows } = await client.query<unknown[]>({
      text: `SELECT ${names.map((name) => `${name}::text`).join(', ')} FROM message_events ORDER BY id`,
      rowMode: 'array',
    });
    await client.query('TRUNCATE message_events');
    const batches: unknown[][][] = [];
    for (let from = 0; from < rows.length; from += SIZE) {
      const batch = rows.slice(from, from + SIZE);
      batches.push(names.map((_, column) => batch.map((row) => row[column])));
    }
    const text = `INSERT INTO message_events (${names.join(', ')})
      SELECT * FROM unnest(${COLUMNS.map(([, type], n) => `$${n + 1}::${type}[]`).join(', ')})`;
    await client.query('CHECKPOINT');
    const begun = performance.now();
    for (const values of batches) await client.query({ name: 'bare', text, values });
    return { rows: rows.length, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    await client.end();
  }
}
