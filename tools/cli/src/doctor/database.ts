import type { Inspection } from '@cadenza/config';
import { isRealSendGrid } from '@cadenza/config';
import {
  assertAppRole,
  createDatabase,
  createPool,
  migrationStatus,
  type Database,
} from '@cadenza/database';
import { sql } from 'kysely';
import { readClock } from '../clock.ts';
import { failureOf } from '../failure.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const OLDEST_VERSION = 150_000;
/** Real milliseconds between two clocks that a step may be early or late by, and nobody minds. */
const SKEW_NOTICED_MS = 1_000;
/** Half of what a hand-off may take by default: beyond it deadlines do not mean the same any more. */
const SKEW_HARMFUL_MS = 7_500;
const ROLES = ['cadenza_api', 'cadenza_worker', 'cadenza_claimer'];

/** What the owner sees of its own database. @param now this machine's clock, epoch milliseconds. */
export async function databaseFindings(
  db: Database,
  ownerUrl: string,
  inspection: Pick<Inspection, 'redisUrl' | 'queueSchema' | 'sendGrid'>,
  now: () => number,
): Promise<Finding[]> {
  const { version, finding } = await serverFindings(db, now);
  if (version < OLDEST_VERSION) return finding;
  const migrated = await migrationFinding(db, ownerUrl);
  const findings = [...finding, migrated];
  // Without its tables there is nothing more to look at.
  if (migrated.state === 'fail') return findings;
  return [
    ...findings,
    await roleFinding(db),
    await rowSecurityFinding(db),
    await partitionFinding(db),
    await campaignClockFinding(db, inspection.sendGrid?.baseUrl ?? null),
    ...(inspection.redisUrl === null && inspection.queueSchema !== null
      ? [await queueFinding(db, inspection.queueSchema)]
      : []),
  ];
}

async function serverFindings(db: Database, now: () => number) {
  // The first statement waits for the connection, which says nothing of the clocks.
  await sql`SELECT 1`.execute(db);
  const asked = now();
  const { rows } = await sql<{
    version: number;
    name: string;
    place: string;
    fsync: string;
    commit: string;
    at: number;
  }>`
    SELECT current_setting('server_version_num')::integer AS version,
      current_setting('server_version') AS name, current_database() AS place,
      current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
      (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS at`.execute(db);
  const answered = now();
  const [row] = rows;
  if (row === undefined) throw new Error('the database answers nothing');
  const reached = `PostgreSQL ${row.name}, database ${row.place}`;
  return {
    version: row.version,
    finding: [
      versionFinding(row.version, reached),
      durabilityFinding(row),
      skewFinding(row.at - (asked + answered) / 2, (answered - asked) / 2),
    ],
  };
}

/** @param version as `server_version_num` has it. */
export function versionFinding(version: number, reached: string): Finding {
  const check = 'database.version';
  return version < OLDEST_VERSION
    ? fail(check, reached, 'Use PostgreSQL 15 or newer.')
    : ok(check, reached);
}

function durabilityFinding({ fsync, commit }: { fsync: string; commit: string }): Finding {
  const check = 'database.durability';
  const found = `fsync ${fsync}, synchronous_commit ${commit}`;
  if (fsync !== 'off' && commit !== 'off') return ok(check, found);
  const todo =
    'Set both to on: a hand-off that a crash takes back from the record is made once more.';
  return fail(check, found, todo);
}

/** @param toleranceMs by which the measurement may be wrong. */
function skewFinding(skewMs: number, toleranceMs: number): Finding {
  const check = 'database.clock_skew';
  const away = Math.max(0, Math.abs(skewMs) - toleranceMs);
  const found = `the server's clock is ${(Math.abs(skewMs) / 1_000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  const todo = 'Let NTP set the clocks of both.';
  if (away <= SKEW_NOTICED_MS) return ok(check, 'the clocks of server and machine agree');
  return away <= SKEW_HARMFUL_MS ? warn(check, found, todo) : fail(check, found, todo);
}

async function migrationFinding(db: Database, ownerUrl: string): Promise<Finding> {
  const check = 'database.migrations';
  const known = await migrationStatus(ownerUrl);
  const missing = known.filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name);
  if (missing.length > 0) {
    const found = `${missing.length} of ${known.length} missing, from ${missing[0]} on`;
    return fail(check, found, 'Back up, stop the apps, and run: cadenza migrate up');
  }
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db);
  const newer = rows
    .map(({ name }) => name)
    .filter((one) => !known.some(({ name }) => name === one));
  if (newer.length === 0) return ok(check, `all ${known.length} applied`);
  const found = `the database has ${newer.sort().join(', ')}, which this version does not know`;
  return fail(check, found, 'Use the version of Cadenza that made them, or a newer one.');
}

async function roleFinding(db: Database): Promise<Finding> {
  const check = 'database.roles';
  const { rows } = await sql<{ name: string; there: boolean; member: boolean }>`
    SELECT wanted.name, g.oid IS NOT NULL AS there,
      coalesce(pg_has_role(session_user, g.oid, 'MEMBER'), false) AS member
    FROM unnest(${ROLES}::text[]) AS wanted (name)
    LEFT JOIN pg_roles g ON g.rolname = wanted.name`.execute(db);
  const lacking = rows.filter(({ there, member }) => !there || !member).map(({ name }) => name);
  if (lacking.length > 0) {
    const found = `the owner cannot become ${lacking.join(', ')}`;
    return fail(check, found, `Run as a superuser: GRANT ${lacking.join(', ')} TO <the owner>`);
  }
  const others = await sql<{ name: string }>`
    SELECT m.rolname AS name FROM pg_roles m JOIN pg_roles g ON g.rolname = 'cadenza_claimer'
    WHERE m.rolcanlogin AND NOT m.rolsuper AND m.rolname <> session_user
      AND pg_has_role(m.oid, g.oid, 'MEMBER')
    ORDER BY 1`.execute(db);
  if (others.rows.length > 0) {
    const names = others.rows.map(({ name }) => name).join(', ');
    const found = `${names} can become cadenza_claimer as well, who sees every tenant`;
    return fail(check, found, `Run: REVOKE cadenza_claimer FROM ${names}`);
  }
  return ok(check, 'the owner, and nobody else, can become what it has to');
}

async function rowSecurityFinding(db: Database): Promise<Finding> {
  const check = 'database.row_security';
  const { rows } = await sql<{ name: string; bound: boolean }>`
    SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity
      AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS bound
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE c.relkind IN ('r', 'p') AND c.relname NOT LIKE 'message\\_events\\_%'
      AND (c.relname = 'tenants' OR EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))
    ORDER BY 1`.execute(db);
  const open = rows.filter(({ bound }) => !bound).map(({ name }) => name);
  if (open.length === 0) return ok(check, `forced on all ${rows.length} tables of tenants`);
  const todo = open.map(
    (name) => `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY`,
  );
  return fail(
    check,
    `not in force on ${open.join(', ')}: tenants can see each other's rows`,
    `Stop the apps, and run: ${todo.join('; ')}`,
  );
}

async function partitionFinding(db: Database): Promise<Finding> {
  const check = 'database.partitions';
  const { rows } = await sql<{ month: string; there: boolean }>`
    SELECT to_char(m, 'YYYYMM') AS month, EXISTS (
      SELECT FROM pg_inherits i WHERE i.inhparent = 'message_events'::regclass
        AND i.inhrelid = to_regclass('message_events_' || to_char(m, 'YYYYMM'))) AS there
    FROM generate_series(
      date_trunc('month', campaign_now() AT TIME ZONE 'UTC'),
      date_trunc('month', campaign_now() AT TIME ZONE 'UTC') + interval '1 month',
      interval '1 month') AS m`.execute(db);
  const missing = rows.filter(({ there }) => !there).map(({ month }) => month);
  if (missing.length === 0) return ok(check, 'this month and the next have their own');
  const found = `message_events has none for ${missing.join(' and ')}`;
  const todo = 'The event-worker makes them every hour: see that one runs, and what its log says.';
  return rows[0]?.there === false ? fail(check, found, todo) : warn(check, found, todo);
}

async function campaignClockFinding(db: Database, sendGridUrl: string | null): Promise<Finding> {
  const check = 'database.campaign_clock';
  const { rate } = await readClock(db);
  if (rate === 1) return ok(check, 'real time');
  const found = `runs ${rate} times as fast as real time`;
  const todo = 'For real campaigns: cadenza clock set --rate 1 --now real';
  const real = sendGridUrl !== null && isRealSendGrid(sendGridUrl);
  return real ? fail(check, `${found}, with the real SendGrid`, todo) : warn(check, found, todo);
}

async function queueFinding(db: Database, schema: string): Promise<Finding> {
  const check = 'database.queues';
  const { rows } = await sql<{ there: boolean }>`
    SELECT to_regclass(${`${schema}.job`}) IS NOT NULL AS there`.execute(db);
  return rows[0]?.there === true
    ? ok(check, `in schema ${schema}, for want of REDIS_URL`)
    : fail(
        check,
        `schema ${schema} has no queues, and REDIS_URL is not set`,
        'Run: cadenza migrate up, with the QUEUE_SCHEMA of the apps',
      );
}

/** Whether row-level security binds the login that an app is given. */
export async function loginFinding(url: string): Promise<Finding> {
  const check = 'database.login';
  const db = createDatabase(createPool({ url, poolSize: 1, applicationName: 'cadenza-doctor' }));
  try {
    const role = await assertAppRole(db, 'cadenza_api').then(
      () => 'cadenza_api',
      () => assertAppRole(db, 'cadenza_worker').then(() => 'cadenza_worker'),
    );
    return ok(check, `DATABASE_URL is a plain member of ${role}`);
  } catch (error) {
    const { message } = failureOf(error);
    const found = message.replace('DATABASE_OWNER_URL: no', 'DATABASE_URL: no');
    return fail(check, found, 'Make one: cadenza login create --role api, or --role worker');
  } finally {
    await db.destroy();
  }
}
