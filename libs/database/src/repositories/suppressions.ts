import type { Id, SuppressionReason } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

export interface SuppressionRecord {
  readonly id: Id;
  readonly channel: 'email' | 'sms';
  readonly kind: 'address' | 'domain';
  readonly value: string;
  readonly reason: SuppressionReason;
  readonly source: string;
  /** The message that it came of. */
  readonly messageId: Id | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** A tenant's own suppressions; the platform's hold for it too, and are not listed. */
export async function listSuppressions(
  trx: Transaction<Schema>,
  tenantId: Id,
  page: PageRequest,
  filter: {
    /** Normalised. */
    readonly address?: string | undefined;
    readonly reason?: SuppressionReason | undefined;
  } = {},
): Promise<Page<SuppressionRecord>> {
  const { after } = page;
  const { address, reason } = filter;
  const rows = await trx
    .selectFrom('communication_suppressions')
    .select(['id', 'channel', 'kind', 'value', 'source', 'message_id as messageId'])
    .select((eb) => eb.ref('reason').$castTo<SuppressionReason>().as('reason'))
    .select(['first_seen_at as firstSeenAt', 'last_seen_at as lastSeenAt'])
    .where('tenant_id', '=', tenantId)
    .$if(after !== null, (query) => query.where('id', '<', after ?? ''))
    .$if(address !== undefined, (query) => query.where('value', '=', address ?? ''))
    .$if(reason !== undefined, (query) => query.where('reason', '=', reason ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page);
}
