import type { Kysely } from 'kysely';
import { keyEventsByContent, keyEventsById } from './storage/event-key.ts';
import { createPartitionPolicy, dropPartitionPolicy } from './storage/partitions.ts';
import { createRollUps, dropRollUps } from './storage/roll-ups.ts';

/** What keeps events usable where there are very many of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await keyEventsByContent(db);
  await createRollUps(db);
  await createPartitionPolicy(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await dropPartitionPolicy(db);
  await dropRollUps(db);
  await keyEventsById(db);
}
