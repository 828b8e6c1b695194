import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { recordPlatformAudit } from './audit.ts';

const ENTITY = { entity: 'installation', entityId: 'sending' } as const;

/** Why nothing leaves, of any tenant; null where nobody keeps it back. */
export async function findSendingPause(trx: Transaction<Schema>): Promise<string | null> {
  const row = await trx
    .selectFrom('provider_holds')
    .select('reason')
    .where('channel', '=', 'every')
    .executeTakeFirst();
  return row?.reason ?? null;
}

/**
 * Lets no hand-off begin any more, of any tenant, until somebody resumes it. As the owner. What is
 * in the queue comes back by itself; `recallDispatched` of each tenant waits for what is beginning.
 *
 * @returns the reason that it was paused for before, if it was.
 */
export async function pauseSending(
  trx: Transaction<Schema>,
  reason: string,
  actor: string,
): Promise<string | null> {
  const before = await findSendingPause(trx);
  await sql`
    INSERT INTO provider_holds (channel, held_until, reason)
    VALUES ('every', 'infinity', ${reason})
    ON CONFLICT (channel) DO UPDATE SET reason = excluded.reason`.execute(trx);
  await recordPlatformAudit(trx, {
    actor,
    action: 'sending.paused',
    ...ENTITY,
    before: before === null ? null : { reason: before },
    after: { reason },
  });
  return before;
}

/** Lets hand-offs begin again, as limits and windows allow. @returns whether it was paused. */
export async function resumeSending(trx: Transaction<Schema>, actor: string): Promise<boolean> {
  const resumed = await trx
    .deleteFrom('provider_holds')
    .where('channel', '=', 'every')
    .returning('reason')
    .executeTakeFirst();
  if (resumed === undefined) return false;
  await recordPlatformAudit(trx, {
    actor,
    action: 'sending.resumed',
    ...ENTITY,
    before: { reason: resumed.reason },
    after: null,
  });
  return true;
}

/** Tenants with something in the queue, as the role that looks across them. */
export async function tenantsInQueue(trx: Transaction<Schema>): Promise<string[]> {
  const rows = await trx
    .selectFrom('scheduled_actions')
    .select('tenant_id')
    .distinct()
    .where('type', '=', 'send')
    .where('status', '=', 'dispatched')
    .execute();
  return rows.map((row) => row.tenant_id);
}
