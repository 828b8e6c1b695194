import { generateKeyPairSync, randomUUID } from 'node:crypto';

/** Runs a statement as somebody whom row-level security does not bind; values are `$1`, `$2`, … */
export type Query = <T>(statement: string, values?: readonly unknown[]) => Promise<T[]>;

/** A table whose rows belong to tenants. */
export interface TenantTable {
  readonly name: string;
  /** The column that says whose a row is. */
  readonly owner: 'id' | 'tenant_id';
}

/** Every table whose rows belong to tenants, partitions among them, by name. */
export function tenantTables(query: Query): Promise<TenantTable[]> {
  return query(`
    SELECT c.relname AS name, CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END AS owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE c.relkind IN ('r', 'p') AND (c.relname = 'tenants' OR EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))
    ORDER BY 1`);
}

/** Tables of those, but for partitions, in which a tenant has no row. */
export async function emptyTables(query: Query, tenantId: string): Promise<string[]> {
  const empty: string[] = [];
  for (const { name, owner } of await tenantTables(query)) {
    if (/_(\d{6}|default)$/.test(name)) continue;
    const rows = await query(`SELECT FROM ${name} WHERE ${owner} = $1 LIMIT 1`, [tenantId]);
    if (rows.length === 0) empty.push(name);
  }
  return empty;
}

/** A hash of all that a tenant has in each table, and of what belongs to nobody there. */
export async function tableHashes(
  query: Query,
  tables: readonly TenantTable[],
  tenantId: string,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const { name, owner } of tables) {
    const [row] = await query<{ hash: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS hash
       FROM ${name} t WHERE ${owner} = $1 OR ${owner} IS NULL`,
      [tenantId],
    );
    hashes[name] = row?.hash ?? '';
  }
  return hashes;
}

/**
 * Gives a tenant with a campaign and an enrolled contact a row of everything that comes of neither.
 * What is unique in a tenant is unique among tenants here: its values end in digits of the tenant's id.
 */
export async function fillTenantTables(query: Query, tenantId: string): Promise<void> {
  const mark = BigInt(`0x${tenantId.slice(-10)}`).toString();
  const campaign = `(SELECT id FROM campaigns WHERE tenant_id = $1 LIMIT 1)`;
  const contact = `(SELECT id FROM contacts WHERE tenant_id = $1 ORDER BY id LIMIT 1)`;
  const message = `(SELECT id FROM outbound_messages WHERE tenant_id = $1 ORDER BY id LIMIT 1)`;
  const inbound = `(SELECT id FROM inbound_messages WHERE tenant_id = $1 ORDER BY id LIMIT 1)`;
  const erasure = `(SELECT id FROM erasures WHERE tenant_id = $1 LIMIT 1)`;
  const template = `(SELECT id FROM message_templates WHERE tenant_id = $1 AND name = 'Template ${mark}')`;
  const endpoint = `(SELECT id FROM webhook_endpoints WHERE tenant_id = $1 ORDER BY id LIMIT 1)`;
  const add = (table: string, values: Readonly<Record<string, string>>) => {
    const all = { tenant_id: '$1::uuid', ...values };
    return query(
      `INSERT INTO ${table} (${Object.keys(all).join(', ')}) SELECT ${Object.values(all).join(', ')}`,
      [tenantId],
    );
  };
  const id = () => `'${randomUUID()}'::uuid`;
  const hash = `sha256('${mark}')`;

  await add('users', { id: id(), email: `'a${mark}@example.com'`, role: `'owner'` });
  await add('sessions', {
    id: id(),
    user_id: `(SELECT id FROM users WHERE tenant_id = $1 ORDER BY id LIMIT 1)`,
    token_hash: hash,
    signed_in_by: `'password'`,
    password_digest: `sha256('')`,
    expires_at: `now() + interval '1 day'`,
  });
  await add('api_keys', {
    id: id(),
    name: `'key'`,
    prefix: `'c${mark.slice(-7)}'`,
    key_hash: hash,
  });
  await add('audit_log', {
    id: id(),
    actor: `'a'`,
    action: `'b'`,
    entity: `'c'`,
    entity_id: `'d'`,
  });
  await add('idempotency_keys', {
    key: `'once-${mark}'`,
    target_hash: hash,
    holder: id(),
    held_until: 'now()',
    expires_at: `now() + interval '1 day'`,
  });
  await add('campaign_audiences', {
    id: id(),
    campaign_id: campaign,
    filter: `'{"where": "phone", "known": true}'::jsonb`,
  });
  await add('message_templates', { id: id(), name: `'Template ${mark}'`, channel: `'sms'` });
  await add('message_template_versions', {
    template_id: template,
    version: '1',
    body: `'Hello'`,
    content_hash: hash,
    variables: `'{}'::text[]`,
  });
  await add('leads', { id: id(), name: `'Lead ${mark}'` });
  await add('email_validation_results', {
    id: id(),
    address: `'a${mark}@example.com'`,
    verdict: `'valid'`,
    source: `'test'`,
    checked_at: 'now()',
    expires_at: `now() + interval '1 day'`,
  });
  await add('communication_suppressions', {
    id: id(),
    channel: `'email'`,
    value: `'gone${mark}@example.com'`,
    reason: `'manual'`,
    source: `'test'`,
    first_seen_at: 'now()',
    last_seen_at: 'now()',
  });
  await add('suppression_lifts', {
    id: id(),
    channel: `'email'`,
    kind: `'address'`,
    value: `'back${mark}@example.com'`,
    reason: `'manual'`,
    lifted_at: 'now()',
  });
  await add('send_rate_limits', {
    id: id(),
    scope: `'recipient_domain'`,
    reference: `'d${mark}.example'`,
    window_seconds: '60',
    max_messages: '1000',
  });
  await add('hand_off_batches', {
    begun_at: 'now()',
    deadline_at: 'now()',
    message_ids: `ARRAY[${message}]`,
  });
  await add('provider_message_ids', {
    message_id: message,
    provider_message_id: `'provider-${mark}'`,
  });
  await add('message_attempts', {
    message_id: message,
    attempt: '1',
    token: id(),
    status: `'released'`,
    begun_at: 'now()',
    to_address: `'a${mark}@example.com'`,
    subject: `'First'`,
  });
  await add('message_events', {
    id: id(),
    message_id: message,
    enrollment_id: `(SELECT enrollment_id FROM outbound_messages WHERE tenant_id = $1 ORDER BY id LIMIT 1)`,
    attempt: '1',
    type: `'opened'`,
    occurred_at: 'now()',
    dedupe_key: `'event ${mark}'`,
  });
  await add('warmup_ramps', {
    id: id(),
    scope: `'ip_pool'`,
    reference: `'cold-${mark}'`,
    starts_at: 'now()',
    allowances: `'{50}'::integer[]`,
  });
  await add('inbound_messages', {
    id: id(),
    from_address: `'a${mark}@example.com'`,
    received_at: 'now()',
    kind: `'human'`,
    dedupe_key: `'mail ${mark}'`,
  });
  await add('inbound_attachments', {
    id: id(),
    inbound_message_id: inbound,
    position: '0',
    content_type: `'text/plain'`,
    bytes: '2',
    blob_key: `'attached-${mark}'`,
  });
  await add('inbound_deliveries', {
    id: id(),
    content_type: `'multipart/form-data'`,
    bytes: '0',
    sha256: hash,
    blob_key: `'inbound/${mark}'`,
    verdict: `'signed'`,
  });
  await add('inbound_tokens', { id: id(), name: `'token'`, token_hash: hash });
  await add('webhook_keys', { id: id(), name: `'key'`, public_key: `'${publicKey()}'` });
  await add('webhook_deliveries', {
    id: id(),
    provider: `'sendgrid'`,
    payload: `''`,
    payload_hash: hash,
  });
  await add('quarantined_events', {
    delivery_id: `(SELECT id FROM webhook_deliveries WHERE tenant_id = $1 ORDER BY id LIMIT 1)`,
    position: '0',
    reason: `'event of ${mark}'`,
    raw: `'{}'::jsonb`,
  });
  await add('contact_absences', {
    contact_id: contact,
    input_id: `'away ${mark}'`,
    answered_at: 'now()',
  });
  await add('sendgrid_accounts', {});
  await add('event_feeds', { position: '1', wanted_until: 'now()' });
  await add('feed_events', {
    id: id(),
    position: '1',
    type: `'tenant.changed'`,
    data: `'{}'::jsonb`,
    occurred_at: 'now()',
  });
  await add('webhook_endpoints', { id: id(), url: `'https://hooks.example.com/${mark}'` });
  await add('endpoint_secrets', {
    id: id(),
    endpoint_id: endpoint,
    sealed_secret: `'v1.k1.abcdefghijk.x'`,
  });
  await add('endpoint_deliveries', { endpoint_id: endpoint, position: '1', next_at: 'now()' });
  await add('endpoint_attempts', {
    endpoint_id: endpoint,
    position: '1',
    attempt: '1',
    outcome: `'refused'`,
    answer_status: '500',
    latency_ms: '1',
    attempted_at: 'now()',
  });
  await add('tenant_retention', {});
  await add('tenant_guards', { thresholds: `'{}'::jsonb` });
  await add('sender_hand_offs_hourly', {
    sender_identity_id: `(SELECT id FROM email_sender_identities WHERE tenant_id = $1 ORDER BY id LIMIT 1)`,
    hour: 'now()',
    count: '1',
  });
  await add('sms_answers', {
    id: id(),
    sender_identity_id: `(SELECT id FROM email_sender_identities WHERE tenant_id = $1 ORDER BY id LIMIT 1)`,
    to_address: `'+4915100000000'`,
    keyword: `'help'`,
    language: `'en'`,
    cause_key: `'cause ${mark}'`,
    expires_at: `now() + interval '1 day'`,
  });
  await add('sender_failures', {
    message_id: message,
    kind: `'bounce'`,
    sender_identity_id: `(SELECT sender_identity_id FROM outbound_messages WHERE tenant_id = $1 ORDER BY id LIMIT 1)`,
    sent_at: 'now()',
  });
  await add('campaign_opt_outs', {
    contact_id: contact,
    campaign_id: campaign,
    source: `'link'`,
    left_at: 'now()',
  });
  await add('erasures', { id: id(), contact_id: contact, subject: `'{"addresses": []}'::jsonb` });
  await add('erased_addresses', {
    address: `lpad('${mark}', 64, '0') || '@erased.invalid'`,
    erasure_id: erasure,
  });
  await add('erased_blobs', { blob_key: `'erased-${mark}'` });
  await add('contact_consents', {
    id: id(),
    contact_id: contact,
    channel: `'email'`,
    source: `'form'`,
    given_at: 'now()',
  });
  await add('contact_opt_outs', {
    contact_id: contact,
    channel: `'email'`,
    reason: `'unsubscribed'`,
    source: `'link'`,
    left_at: 'now()',
  });
  await add('opt_out_suppressions', {
    contact_id: contact,
    channel: `'email'`,
    suppression_id: `(SELECT id FROM communication_suppressions WHERE tenant_id = $1 ORDER BY id LIMIT 1)`,
  });
  await query(
    `INSERT INTO enrollment_snapshots (tenant_id, enrollment_id, seq, state, machine_version)
     SELECT tenant_id, id, 1, state, 1 FROM contact_campaigns WHERE tenant_id = $1 LIMIT 1`,
    [tenantId],
  );
  await add('event_rollup_deltas', {
    campaign_id: campaign,
    node_id: `'first'`,
    variant: `''`,
    hour: `date_trunc('hour', now())`,
    type: `'opened'`,
    actor: `'human'`,
    count: '1',
  });
  await add('event_rollups_hourly', {
    campaign_id: campaign,
    node_id: `'first'`,
    hour: 'now()',
    type: `'opened'`,
    count: '1',
  });
}

function publicKey(): string {
  const { publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}
