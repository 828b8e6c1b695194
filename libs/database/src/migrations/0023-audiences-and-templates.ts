import type { Kysely } from 'kysely';
import { createAudiences, dropAudiences } from './audiences/campaign-audiences.ts';

/** Whom campaigns are for, and what is written to them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createAudiences(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await dropAudiences(db);
}
