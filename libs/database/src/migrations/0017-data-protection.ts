import type { Kysely } from 'kysely';
import { createConsents, dropConsents } from './protection/consents.ts';
import { createErasures, dropErasures } from './protection/erasures.ts';
import { createInboundRetention, dropInboundRetention } from './protection/inbound-retention.ts';

/** Data protection: erasing a person, what they have consented to, and how long their mail is kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createErasures(db);
  await createConsents(db);
  await createInboundRetention(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await dropInboundRetention(db);
  await dropConsents(db);
  await dropErasures(db);
}
