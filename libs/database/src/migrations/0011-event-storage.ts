import type { Kysely } from 'kysely';
import { createRollUps, dropRollUps } from './storage/roll-ups.ts';

/** What keeps events usable where there are very many of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createRollUps(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await dropRollUps(db);
}
