import type { Kysely } from 'kysely';
import { createAudiences, dropAudiences } from './audiences/campaign-audiences.ts';
import { createTemplates, dropTemplates } from './audiences/message-templates.ts';

/** Whom campaigns are for, and what is written to them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createAudiences(db);
  await createTemplates(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await dropTemplates(db);
  await dropAudiences(db);
}
