import { sql, type Kysely } from 'kysely';
import { claimOfSends } from './across-tenants/claim-due-sends.ts';
import { createOtherClaims } from './across-tenants/claims.ts';
import { createLookUps } from './across-tenants/lookups.ts';
import { createReadings } from './across-tenants/readings.ts';
import { dropWakeTriggers, wakeLanesOnChange } from './across-tenants/wake-lanes.ts';

/**
 * The few functions that look across tenants, with the role that may call each. They belong to
 * `cadenza_claimer` and answer with identifiers and counts, and with nothing that a message or a
 * person says. A trigger's function has no caller.
 */
const FUNCTIONS: readonly (readonly [signature: string, caller: string | null])[] = [
  [
    'claim_due_sends(integer, integer, integer, double precision, double precision)',
    'cadenza_worker',
  ],
  ['claim_due_timeouts(integer, integer, double precision)', 'cadenza_worker'],
  ['release_expired_leases(integer)', 'cadenza_worker'],
  ['find_stale_hand_offs(double precision, integer)', 'cadenza_worker'],
  ['claim_unknown_messages(integer, double precision)', 'cadenza_worker'],
  ['find_messages_by_provider_id(text[])', 'cadenza_worker'],
  ['hand_offs_since(timestamptz, uuid[], boolean)', 'cadenza_worker'],
  ['uncounted_limits()', 'cadenza_worker'],
  ['mark_limits_counted(uuid[])', 'cadenza_worker'],
  ['oldest_due_action()', 'cadenza_worker'],
  ['count_unknown_messages()', 'cadenza_worker'],
  ['count_doubled_hand_offs()', 'cadenza_worker'],
  ['authenticate_api_key(bytea)', 'cadenza_api'],
  ['wake_lanes()', null],
];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE ${claimOfSends({ accounts: false })}`.execute(db);
  await createOtherClaims(db);
  await createLookUps(db);
  await createReadings(db);
  await wakeLanesOnChange(db);

  // A function's new owner must be one that may create here, for as long as it becomes it.
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const [signature, caller] of FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    if (caller !== null) {
      await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO ${sql.id(caller)}`.execute(db);
    }
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await dropWakeTriggers(db);
  for (const [signature] of FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
}
