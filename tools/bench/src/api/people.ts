import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { connect } from '../client.ts';
import { residentMiB } from '../measure/cpu.ts';
import type { Pipeline } from '../send/pipeline.ts';
import type { Caller } from './caller.ts';

export interface MemoryReading {
  /** Resident MiB of the api: before, and at each quarter of the time. */
  readonly startMiB: number;
  readonly quartersMiB: readonly number[];
  readonly mostMiB: number;
}

export interface ContactImportReading extends MemoryReading {
  readonly rows: number;
  /** From the request to its answer. */
  readonly seconds: number;
  /** The same rows of a tenant that has none, by multi-row inserts on one connection. */
  readonly bareSeconds: number;
}

const SOURCE = 'import';
const SAMPLE_MS = 100;
/** Lines handed to the connection at once. */
const LINES = 1_000;

/** Posts a CSV file of so many contacts, and watches the memory of the api. */
export async function importPeople(
  api: { readonly url: string; readonly key: string; readonly pid: number },
  count: number,
): Promise<Omit<ContactImportReading, 'bareSeconds'>> {
  const startMiB = await residentMiB(api.pid);
  const samples: number[] = [];
  const done = new AbortController();
  const sampled = (async () => {
    while (!done.signal.aborted) {
      samples.push(await residentMiB(api.pid));
      await delay(SAMPLE_MS, undefined, { signal: done.signal }).catch(() => undefined);
    }
  })();
  const begun = performance.now();
  try {
    const answer = await fetch(`${api.url}/v1/contacts/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.key}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(Readable.from(linesOf(count), { objectMode: false })) as ReadableStream,
      duplex: 'half',
    });
    const text = await answer.text();
    const { imported } = JSON.parse(text) as { readonly imported?: number };
    if (imported !== count) throw new Error(`not all were imported: ${text.slice(0, 1_000)}`);
  } finally {
    done.abort();
    await sampled;
  }
  const seconds = (performance.now() - begun) / 1_000;
  const quartersMiB = [1, 2, 3, 4].map(
    (quarter) => samples[Math.floor((samples.length * quarter) / 4) - 1] ?? startMiB,
  );
  return { rows: count, seconds, startMiB, quartersMiB, mostMiB: Math.max(startMiB, ...samples) };
}

function* linesOf(count: number): Generator<string> {
  yield 'email,first_name,last_name,company,title,timezone,language\n';
  for (let from = 0; from < count; from += LINES) {
    let lines = '';
    for (let n = from; n < Math.min(from + LINES, count); n += 1) {
      // Scattered, as addresses of an old list are.
      const name = ((n * 2_654_435_761) % 4_294_967_296).toString(36);
      lines += `${name}.${n}@new${n % 500}.example.net,Ada${n},Lovelace,New ${n % 2_000} Ltd,Head of Sales,Europe/Berlin,de\n`;
    }
    yield lines;
  }
}

/** Rows of one statement. */
const SIZE = 1_000;

/**
 * Puts the rows of an import, of contacts, their addresses and companies, into the same tables once more,
 * as another tenant's, by multi-row inserts on one connection, each committed by itself.
 *
 * @returns the seconds that the inserts took.
 */
export async function insertBarePeople(
  ownerUrl: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number> {
  const client = await connect(ownerUrl);
  try {
    let ms = 0;
    for (const { table, columns, rows } of COPIED) {
      const { rows: found } = await client.query<unknown[]>({
        text: `SELECT ${columns.map(([name]) => `${name}::text`).join(', ')} FROM ${table} WHERE ${rows} ORDER BY id`,
        values: [from],
        rowMode: 'array',
      });
      const text = `INSERT INTO ${table} (tenant_id, ${columns.map(([name]) => name).join(', ')})
        SELECT '${to}'::uuid, * FROM unnest(${columns.map(([, type], n) => `$${n + 1}::${type}[]`).join(', ')})`;
      for (let at = 0; at < found.length; at += SIZE) {
        const batch = found.slice(at, at + SIZE);
        const values = columns.map((_, column) => batch.map((row) => row[column]));
        const begun = performance.now();
        await client.query({ name: table, text, values });
        ms += performance.now() - begun;
      }
    }
    return ms / 1_000;
  } finally {
    await client.end();
  }
}

const IMPORTED = `(SELECT id FROM contacts WHERE tenant_id = $1 AND source = '${SOURCE}')`;
const COPIED = [
  {
    table: 'leads',
    rows: `tenant_id = $1 AND name LIKE 'New %'`,
    columns: [
      ['id', 'uuid'],
      ['name', 'text'],
    ],
  },
  {
    table: 'contacts',
    rows: `tenant_id = $1 AND source = '${SOURCE}'`,
    columns: [
      ['id', 'uuid'],
      ['lead_id', 'uuid'],
      ['first_name', 'text'],
      ['last_name', 'text'],
      ['title', 'text'],
      ['timezone', 'text'],
      ['custom', 'jsonb'],
      ['source', 'text'],
    ],
  },
  {
    table: 'contact_channels',
    rows: `tenant_id = $1 AND contact_id IN ${IMPORTED}`,
    columns: [
      ['id', 'uuid'],
      ['contact_id', 'uuid'],
      ['channel', 'text'],
      ['address', 'text'],
    ],
  },
] as const;

export interface EnrolReading {
  readonly people: number;
  /** From the request until all are enrolled, their first action planned. */
  readonly seconds: number;
}

export interface MeasuredEnrolment extends EnrolReading {
  /** User and system, by process, until then. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

const POLL_MS = 100;

/** Enrols all who were imported by a filter, in the background. */
export async function enrolByFilter(
  pipeline: Pick<Pipeline, 'db'>,
  caller: Caller,
  campaignId: string,
  people: number,
): Promise<EnrolReading> {
  const begun = performance.now();
  const path = `/v1/campaigns/${campaignId}/audiences`;
  const { id } = await caller.send<{ id: string }>('POST', path, {
    filter: { where: 'source', is: [SOURCE] },
  });
  for (;;) {
    const audience = await caller.send<{ status: string; enrolled: number; error: string | null }>(
      'GET',
      `/v1/audiences/${id}`,
    );
    if (audience.error !== null) throw new Error(audience.error);
    if (audience.status === 'done') {
      const seconds = (performance.now() - begun) / 1_000;
      await assertPlanned(pipeline, campaignId, people);
      return { people, seconds };
    }
    await delay(POLL_MS);
  }
}

/** Contacts that one request may name. */
const IDS = 10_000;

/** Enrols them by their ids, one request after the other. */
export async function enrolByIds(
  pipeline: Pick<Pipeline, 'db'>,
  caller: Caller,
  { tenantId, campaignId, people }: { tenantId: string; campaignId: string; people: number },
): Promise<EnrolReading> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM contacts WHERE tenant_id = ${tenantId} AND source = ${SOURCE}
    ORDER BY id`.execute(pipeline.db);
  const begun = performance.now();
  for (let from = 0; from < rows.length; from += IDS) {
    const contactIds = rows.slice(from, from + IDS).map(({ id }) => id);
    await caller.send('POST', `/v1/campaigns/${campaignId}/enrollments`, { contactIds });
  }
  const seconds = (performance.now() - begun) / 1_000;
  await assertPlanned(pipeline, campaignId, people);
  return { people, seconds };
}

async function assertPlanned(
  { db }: Pick<Pipeline, 'db'>,
  campaignId: string,
  people: number,
): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM scheduled_actions
    WHERE campaign_id = ${campaignId} AND type = 'send' AND status = 'pending'`.execute(db);
  if (rows[0]?.count !== people) {
    throw new Error(`${rows[0]?.count ?? 0} of ${people} people have a first action`);
  }
}
