import { QUEUE_NAMES } from '@cadenza/domain';
import { runMigrations } from 'bullmq';
import { Client, escapeIdentifier } from 'pg';
import { checkedSchema } from './backend.ts';

export interface QueueSchemaOptions {
  /** Schema to create or bring up to date, `bullmq` by default. */
  readonly schema?: string;
  /** Existing roles that publish and consume. They need not own anything. */
  readonly roles: readonly string[];
}

/**
 * Creates BullMQ's tables and functions, or brings them up to date, and lets roles use them. Run
 * by the owner at deployment; running it again changes nothing.
 *
 * @throws InvalidInputError for a schema name that cannot be used
 */
export async function migrateQueueSchema(
  ownerUrl: string,
  { schema = 'bullmq', roles }: QueueSchemaOptions,
): Promise<void> {
  const name = escapeIdentifier(checkedSchema(schema));
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await runMigrations(client, schema);
    // BullMQ makes a queue's sequence when it first has a job, which takes more rights than a role
    // that only uses the queue should have.
    for (const queue of QUEUE_NAMES) await client.query(`SELECT ${name}.next_job_id($1)`, [queue]);
    const database = escapeIdentifier(client.database ?? '');
    for (const role of roles.map((role) => escapeIdentifier(role))) {
      await client.query(`
        GRANT TEMPORARY ON DATABASE ${database} TO ${role};
        GRANT USAGE ON SCHEMA ${name} TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${name} TO ${role};
        REVOKE INSERT, UPDATE, DELETE ON ${name}.migration FROM ${role};
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${name} TO ${role};
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${name} TO ${role};
      `);
    }
  } finally {
    await client.end();
  }
}
