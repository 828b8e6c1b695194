import type { Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** For how many whole months before the present one a tenant's data is kept; null: for ever. */
export interface Retention {
  /** Deliveries of the tenant's own SendGrid account, with what is quarantined of them. */
  readonly deliveryMonths: number | null;
  readonly eventMonths: number | null;
  /** Inputs of ended enrollments, of which nothing was recorded since. */
  readonly inputMonths: number | null;
  /** Inbound mail, with its attachments. */
  readonly inboundMonths: number | null;
}

const FOR_EVER: Retention = {
  deliveryMonths: null,
  eventMonths: null,
  inputMonths: null,
  inboundMonths: null,
};

export async function findRetention(trx: Transaction<Schema>, tenantId: Id): Promise<Retention> {
  const row = await trx
    .selectFrom('tenant_retention')
    .select(['delivery_months as deliveryMonths', 'event_months as eventMonths'])
    .select(['input_months as inputMonths', 'inbound_months as inboundMonths'])
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
  return row ?? FOR_EVER;
}

/** What is not named stays as it is. What is gone already does not come back. */
export async function setRetention(
  trx: Transaction<Schema>,
  tenantId: Id,
  change: Partial<Retention>,
): Promise<Retention> {
  const next = { ...(await findRetention(trx, tenantId)), ...change };
  const months = {
    delivery_months: next.deliveryMonths,
    event_months: next.eventMonths,
    input_months: next.inputMonths,
    inbound_months: next.inboundMonths,
  };
  await trx
    .insertInto('tenant_retention')
    .values({ tenant_id: tenantId, ...months })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(months))
    .execute();
  return next;
}
