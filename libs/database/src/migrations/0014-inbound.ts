import { sql, type Kysely } from 'kysely';
import {
  createInboundDeliveries,
  dropInboundDeliveries,
  INBOUND_FUNCTIONS,
} from './inbound/deliveries.ts';
import { dropInboundMessages, extendInboundMessages } from './inbound/messages.ts';
import { createInboundLookUps, dropInboundLookUps } from './inbound/lookups.ts';

/** Inbound mail: what came in as it came, what became of it, and whose it may be. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createInboundDeliveries(db);
  await extendInboundMessages(db);
  await createInboundLookUps(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const [signature, caller] of INBOUND_FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO ${sql.id(caller)}`.execute(db);
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [signature] of INBOUND_FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
  await dropInboundLookUps(db);
  await dropInboundMessages(db);
  await dropInboundDeliveries(db);
}
