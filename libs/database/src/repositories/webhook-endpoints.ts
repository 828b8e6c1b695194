import { newId, type FeedEventType, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { definedOnly, type Changes } from './changes.ts';
import { endFeedWithoutEndpoints, lockFeed, wantFeedForGood } from './event-feed.ts';

/** Real milliseconds for which a feed goes on after its last endpoint. */
const FEED_AFTER_LAST_MS = 3_600_000;

/** Where a tenant is told by webhook. */
export interface WebhookEndpointRecord {
  readonly id: Id;
  readonly url: string;
  readonly description: string | null;
  /** Empty: all. */
  readonly eventTypes: readonly FeedEventType[];
  readonly enabled: boolean;
  readonly disabledReason: 'operator' | 'failing' | 'gone' | null;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface WebhookEndpointFields {
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly FeedEventType[];
  readonly enabled: boolean;
}

const COLUMNS = [
  'id',
  'url',
  'description',
  'event_types as eventTypes',
  'enabled',
  'disabled_reason as disabledReason',
  'failing_since as failingSince',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

/** The endpoints of a tenant, oldest first. */
export function listWebhookEndpoints(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<WebhookEndpointRecord[]> {
  return trx
    .selectFrom('webhook_endpoints')
    .select(COLUMNS)
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .execute();
}

export async function findWebhookEndpoint(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<WebhookEndpointRecord | null> {
  const row = await trx
    .selectFrom('webhook_endpoints')
    .select(COLUMNS)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Makes an endpoint, which is told of what happens from then on.
 *
 * @param seal seals its secret, for the row that holds it.
 * @returns null where the tenant has as many as it may.
 */
export async function insertWebhookEndpoint(
  trx: Transaction<Schema>,
  tenantId: Id,
  fields: WebhookEndpointFields,
  { seal, most }: { readonly seal: (secretId: Id) => string; readonly most: number },
): Promise<WebhookEndpointRecord | null> {
  // The feed's row keeps others from adding one meanwhile.
  await wantFeedForGood(trx, tenantId);
  const others = await listWebhookEndpoints(trx, tenantId);
  if (others.length >= most) return null;
  const { url, description, eventTypes, enabled } = fields;
  const row = await trx
    .insertInto('webhook_endpoints')
    .values({
      tenant_id: tenantId,
      id: newId(),
      url,
      description,
      event_types: [...eventTypes],
      enabled,
      disabled_reason: enabled ? null : 'operator',
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  await insertSecret(trx, tenantId, row.id, seal);
  return row;
}

/**
 * Changes an endpoint. One that is enabled again, or is at another URL, is sent at once what waits, as if
 * it had never failed.
 */
export async function updateWebhookEndpoint(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  { url, description, eventTypes, enabled }: Changes<WebhookEndpointFields>,
): Promise<WebhookEndpointRecord | null> {
  const before = await trx
    .selectFrom('webhook_endpoints')
    .select(['enabled', 'url'])
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (before === undefined) return null;
  const isAfresh =
    (enabled ?? before.enabled) && (!before.enabled || (url !== undefined && url !== before.url));
  if (isAfresh) {
    await sql`
      UPDATE endpoint_deliveries SET next_at = clock_timestamp()
      WHERE tenant_id = ${tenantId} AND endpoint_id = ${id} AND status = 'pending'
        AND next_at > clock_timestamp()`.execute(trx);
  }
  const afresh = {
    enabled: true,
    disabled_reason: null,
    failing_since: null,
    failures: 0,
    not_before: '-infinity' as const,
    due_at: sql<Date>`clock_timestamp()`,
  };
  const row = await trx
    .updateTable('webhook_endpoints')
    .set({
      ...definedOnly({
        url,
        description,
        event_types: eventTypes === undefined ? undefined : [...eventTypes],
      }),
      ...(isAfresh ? afresh : {}),
      ...(enabled === false && before.enabled
        ? { enabled: false, disabled_reason: 'operator' as const }
        : {}),
      updated_at: sql<Date>`now()`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
  return row ?? null;
}

/** Deletes an endpoint with its secrets, what waits for it, and its log. */
export async function deleteWebhookEndpoint(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
): Promise<WebhookEndpointRecord | null> {
  await lockFeed(trx, tenantId);
  const row = await trx
    .deleteFrom('webhook_endpoints')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
  if (row === undefined) return null;
  await endFeedWithoutEndpoints(trx, tenantId, FEED_AFTER_LAST_MS);
  return row;
}

/**
 * Puts a new secret in the place of an endpoint's: both sign until the old one expires.
 *
 * @param overlapMs real milliseconds.
 * @returns when the old one expires; null where there is no such endpoint.
 */
export async function rotateWebhookSecret(
  trx: Transaction<Schema>,
  tenantId: Id,
  id: Id,
  { seal, overlapMs }: { readonly seal: (secretId: Id) => string; readonly overlapMs: number },
): Promise<Date | null> {
  const expired = await trx
    .updateTable('endpoint_secrets')
    .set({
      expires_at: sql<Date>`clock_timestamp()
        + ${overlapMs}::double precision * interval '1 millisecond'`,
    })
    .where('tenant_id', '=', tenantId)
    .where('endpoint_id', '=', id)
    .where('expires_at', 'is', null)
    .returning('expires_at as expiresAt')
    .executeTakeFirst();
  if (expired === undefined) return null;
  await trx
    .deleteFrom('endpoint_secrets')
    .where('tenant_id', '=', tenantId)
    .where('endpoint_id', '=', id)
    .where('expires_at', '<', sql<Date>`clock_timestamp()`)
    .execute();
  await insertSecret(trx, tenantId, id, seal);
  return expired.expiresAt;
}

async function insertSecret(
  trx: Transaction<Schema>,
  tenantId: Id,
  endpointId: Id,
  seal: (secretId: Id) => string,
): Promise<void> {
  const id = newId();
  await trx
    .insertInto('endpoint_secrets')
    .values({ tenant_id: tenantId, id, endpoint_id: endpointId, sealed_secret: seal(id) })
    .execute();
}
