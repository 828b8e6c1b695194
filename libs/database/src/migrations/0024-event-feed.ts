import type { Kysely } from 'kysely';
import { createEndpoints, dropEndpoints } from './feed/endpoints.ts';
import { createFeed, dropFeed } from './feed/feed.ts';
import { createRelay, dropRelay } from './feed/relay.ts';
import { createFeedTriggers, dropFeedTriggers } from './feed/triggers.ts';

/** What happened, for webhooks and live updates of those tenants that want them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createFeed(db);
  await createFeedTriggers(db);
  await createEndpoints(db);
  await createRelay(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await dropRelay(db);
  await dropEndpoints(db);
  await dropFeedTriggers(db);
  await dropFeed(db);
}
