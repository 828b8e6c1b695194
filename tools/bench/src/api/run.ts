import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { insertCampaign, inTenants, createDatabase, createPool } from '@cadenza/database';
import { sql } from 'kysely';
import { EVENTS_PLAN } from '../events/plan.ts';
import { cpuSince, readCpu } from '../measure/cpu.ts';
import { openPipeline, type Pipeline } from '../send/pipeline.ts';
import { withServers } from '../send/with-servers.ts';
import { keyOf } from '../suppressions/import.ts';
import { judge, type Verdict } from './bounds.ts';
import { createCaller } from './caller.ts';
import { fillDatabase } from './fill.ts';
import { knownOf } from './known.ts';
import type { ApiBenchOptions } from './options.ts';
import {
  enrolByFilter,
  enrolByIds,
  importPeople,
  insertBarePeople,
  type ContactImportReading,
  type EnrolReading,
  type MeasuredEnrolment,
} from './people.ts';
import { peopleTable, readsTable } from './print.ts';
import { strayOperations, timeBareRow, timeRequests, type ReadsReading } from './reads.ts';
import { timedRequests } from './requests.ts';

export interface ApiReading {
  readonly reads: ReadsReading;
  /** Null where it was not asked for. */
  readonly imported: ContactImportReading | null;
  /** By how they were enrolled. */
  readonly enrolled: Readonly<Record<string, MeasuredEnrolment>> | null;
}

/** The first has half of all people; the last has few, until those of the bare inserts come. */
const TENANTS = 7;
const POLL_MS = 100;
const NO_LIMIT = '1000000';

/**
 * Runs the bench and prints what it found.
 *
 * @param interrupted ends it early, and everything that it has started.
 */
export async function runApiBench(
  options: ApiBenchOptions,
  hostEnv: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  await withServers({ hostEnv, print, interrupted }, async (servers, logDir) => {
    const pipeline = await openPipeline({
      servers,
      onRedis: true,
      concurrency: 200,
      tenants: TENANTS,
      logDir,
      hostEnv,
      env: {
        SENDGRID_WEBHOOK_PUBLIC_KEY: anyPublicKey(),
        API_KEY_REQUESTS_PER_MINUTE: NO_LIMIT,
        API_TENANT_REQUESTS_PER_MINUTE: NO_LIMIT,
      },
      nodeOptions: [],
      plan: EVENTS_PLAN,
    });
    return {
      async measure() {
        const reading = await measure(options, pipeline, servers.postgres.pid, print);
        verdicts.push(...judge(reading));
        for (const { holds, text } of verdicts) print(`  ${holds ? 'holds' : 'BROKEN'}: ${text}\n`);
        if (options.json !== null) {
          await writeFile(
            options.json,
            `${JSON.stringify({ options, ...reading, verdicts }, null, 2)}\n`,
          );
        }
      },
      close: () => pipeline.stop(),
    };
  });
  return verdicts;
}

async function measure(
  options: ApiBenchOptions,
  pipeline: Pipeline,
  postgres: number,
  print: (text: string) => void,
): Promise<ApiReading> {
  // One person of each tenant, whom the engine has enrolled: what is not a person's own is copied.
  await pipeline.audience.enrol(TENANTS);
  print(`filling the database with ${options.contacts} contacts\n`);
  await fillDatabase(pipeline.database.ownerUrl, options.contacts);
  const { tenantId, key } = await keyOf(pipeline);
  const apps = await pipeline.start(['api', 'event-worker']);
  const caller = createCaller(apps.apiUrl, key);
  try {
    await caller.send('PUT', '/v1/ip-pools/bench/warm-up', { schedule: [1_000] });
    const known = await knownOf(pipeline, tenantId);
    const timed = timedRequests(known);
    const stray = strayOperations(await caller.send('GET', '/openapi.json'), timed);
    if (stray.length > 0) throw new Error(`no requests, or no operations: ${stray.join(', ')}`);
    const timing = { ...options, processes: { api: apps.pid('api'), postgres } };
    const requests = await timeRequests(caller, timed, timing);
    const trivial = await timeRequests(
      caller,
      [{ operation: 'healthz', name: '', kind: 'read', path: () => '/healthz' }],
      timing,
    );
    const { ownerUrl } = pipeline.database;
    const count = options.requests * options.rounds;
    const bareMs = await timeBareRow(ownerUrl, tenantId, known.contacts, count);
    const apiMs = requests.find(({ operation }) => operation === 'getContact')?.p50 ?? 0;
    const reads = { requests, bare: { apiMs, bareMs }, trivialMs: trivial[0]?.p50 ?? 0 };
    print(`${readsTable(reads)}\n`);
    if (options.people === 0) return { reads, imported: null, enrolled: null };
    await sql`CHECKPOINT`.execute(pipeline.db);
    const api = { url: apps.apiUrl, key, pid: apps.pid('api') };
    const importReading = await importPeople(api, options.people);
    const bareSeconds = await insertBarePeople(ownerUrl, {
      from: tenantId,
      to: await lastTenant(pipeline),
    });
    const imported = { ...importReading, bareSeconds };
    await allAddressesChecked(pipeline);
    const [byFilter, byIds] = await addCampaigns(pipeline, tenantId);
    const people = options.people;
    const processes = { api: api.pid, 'event-worker': apps.pid('event-worker'), postgres };
    const enrolled = {
      'by a filter': await withCpu(processes, () =>
        enrolByFilter(pipeline, caller, byFilter, people),
      ),
      'by ids': await withCpu(processes, () =>
        enrolByIds(pipeline, caller, { tenantId, campaignId: byIds, people }),
      ),
    };
    print(`${peopleTable(imported, enrolled)}\n`);
    return { reads, imported, enrolled };
  } finally {
    caller.close();
    await apps.stop();
  }
}

/** What is left of an import: its addresses are checked in the background. */
async function allAddressesChecked({ db }: Pick<Pipeline, 'db'>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ waiting: boolean }>`
      SELECT EXISTS (
        SELECT FROM contact_channels
        WHERE channel = 'email' AND validity = 'unchecked' AND check_at IS NOT NULL) AS waiting`.execute(
      db,
    );
    if (rows[0]?.waiting === false) return;
    await delay(POLL_MS);
  }
}

async function withCpu(
  processes: Readonly<Record<string, number>>,
  enrol: () => Promise<EnrolReading>,
): Promise<MeasuredEnrolment> {
  const before = await readCpu(processes);
  const reading = await enrol();
  return { ...reading, cpuMs: await cpuSince(before, processes) };
}

async function lastTenant({ db }: Pipeline): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM tenants ORDER BY id DESC LIMIT 1`.execute(db);
  return rows[0]?.id ?? '';
}

/** Two draft campaigns, like the first that the tenant has. */
async function addCampaigns(
  { database, db }: Pipeline,
  tenantId: string,
): Promise<readonly [string, string]> {
  const { rows } = await sql<{ plan: string; sender: string }>`
    SELECT plan_version_id AS plan, sender_identity_id AS sender FROM campaigns
    WHERE tenant_id = ${tenantId} LIMIT 1`.execute(db);
  const { plan: planVersionId = '', sender: senderIdentityId = '' } = rows[0] ?? {};
  const api = createDatabase(createPool({ url: database.apiUrl, poolSize: 1 }));
  try {
    return await inTenants(api, [tenantId], async (trx) => {
      const add = (name: string) =>
        insertCampaign(trx, tenantId, { name, planVersionId, senderIdentityId });
      return [await add('By a filter'), await add('By ids')] as const;
    });
  } finally {
    await api.destroy();
  }
}

function anyPublicKey(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}
