import { newId } from '@cadenza/domain';
import { fillTenantTables } from '@cadenza/testing';
import { makeRows, type Rows } from '../examples.ts';
import type { Tenant, World } from '../world.ts';

/** What a tenant has that requests of the walk name. */
export interface Own extends Rows {
  readonly tenant: Tenant;
  readonly inbound: string;
  readonly attachment: string;
  readonly erasure: string;
  readonly smsSender: string;
  readonly inboundToken: string;
  readonly suppression: string;
  readonly audience: string;
  readonly template: string;
  readonly endpoint: string;
  /** One that the endpoint is told of. */
  readonly event: string;
  readonly user: string;
  /** A key that nobody calls with. */
  readonly key: string;
  /** Puts a delivery of the tenant's own aside. @returns its id */
  readonly putAside: () => Promise<string>;
}

/** Stands in texts of a tenant that are no identifiers, and in no answer to another. */
export function secretOf({ id }: Pick<Tenant, 'id'>): string {
  return `kept from all but ${id.slice(-12)}`;
}

/** Gives a tenant one of everything, a row in each table, and says what is what. */
export async function oneOfEverything(world: World, tenant: Tenant): Promise<Own> {
  const rows = await makeRows(tenant);
  const { api } = tenant;
  const made = async (path: string, body: object) => String((await api.post(path, body)).body.id);
  const secret = secretOf(tenant);
  const digits = String(Date.now()).slice(-7);
  const smsSender = await made('/v1/sms-senders', { from: `+1202${digits}`, name: secret });
  const inboundToken = await made('/v1/inbound-tokens', { name: secret });
  await api.patch(`/v1/contacts/${rows.contact}`, { firstName: secret, phone: `+1303${digits}` });
  await api.patch(`/v1/leads/${rows.lead}`, { summary: secret });
  const template = await made('/v1/templates', {
    name: `Template ${newId()}`,
    channel: 'sms',
    content: { body: secret },
  });
  await fillTenantTables(world.rows, tenant.id);
  const one = async (table: string) => {
    const [row] = await world.rows<{ id: string }>(
      `SELECT id FROM ${table} WHERE tenant_id = $1 ORDER BY id LIMIT 1`,
      [tenant.id],
    );
    return row?.id ?? '';
  };
  const [attached] = await world.rows<{ key: string }>(
    'SELECT blob_key AS key FROM inbound_attachments WHERE tenant_id = $1',
    [tenant.id],
  );
  await world.deps.blobs.put(attached?.key ?? '', bytes());
  const [unused] = await world.rows<{ id: string }>(
    "SELECT id FROM api_keys WHERE tenant_id = $1 AND name = 'key'",
    [tenant.id],
  );
  const [told] = await world.rows<{ endpoint: string; event: string }>(
    `SELECT d.endpoint_id AS endpoint, e.id AS event FROM endpoint_deliveries d
     JOIN feed_events e USING (tenant_id, position) WHERE d.tenant_id = $1`,
    [tenant.id],
  );
  await api.patch(`/v1/webhook-endpoints/${told?.endpoint}`, { description: secret });
  return {
    ...rows,
    tenant,
    smsSender,
    inboundToken,
    inbound: await one('inbound_messages'),
    attachment: await one('inbound_attachments'),
    erasure: await one('erasures'),
    suppression: await one('communication_suppressions'),
    audience: await one('campaign_audiences'),
    template,
    user: await one('users'),
    endpoint: told?.endpoint ?? '',
    event: told?.event ?? '',
    key: unused?.id ?? '',
    async putAside() {
      const id = newId();
      await world.rows(
        `INSERT INTO webhook_deliveries (id, tenant_id, provider, payload, payload_hash, status, error)
         VALUES ($1, $2, 'sendgrid', 'no events', sha256($3), 'quarantined', $4)`,
        [id, tenant.id, Buffer.from(id), secret],
      );
      return id;
    },
  };
}

async function* bytes(): AsyncIterable<Uint8Array> {
  yield Buffer.from('{}');
}
