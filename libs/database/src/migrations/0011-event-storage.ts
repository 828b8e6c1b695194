import type { Kysely } from 'kysely';
import { keyEventsByMessage, keyEventsById } from './storage/event-key.ts';
import { createEnrollmentCounts, dropEnrollmentCounts } from './storage/enrollment-counts.ts';
import { createPartitionPolicy, dropPartitionPolicy } from './storage/partitions.ts';
import { createRetention, dropRetention } from './storage/retention.ts';
import { createRollUps, dropRollUps } from './storage/roll-ups.ts';

/** What keeps events and enrollments usable where there are very many of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await keyEventsByMessage(db);
  await createRollUps(db);
  await createPartitionPolicy(db);
  await createRetention(db);
  await createEnrollmentCounts(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await dropEnrollmentCounts(db);
  await dropRetention(db);
  await dropPartitionPolicy(db);
  await dropRollUps(db);
  await keyEventsById(db);
}
