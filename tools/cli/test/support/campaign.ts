import { insertSenderIdentity, type Database } from '@cadenza/database';
import { newId, type Id } from '@cadenza/domain';
import { sql } from 'kysely';
import { asTenant } from '../../src/owner.ts';

interface HandedOff {
  readonly toAddress?: string;
  readonly begunAt?: Date;
  readonly transitions?: readonly object[];
}

/** A message handed off without an answer, in a campaign of its own, with no inputs recorded. */
export async function unknownMessage(
  owner: Database,
  tenantId: Id,
  { toAddress = 'a@example.com', begunAt = new Date(), transitions = [] }: HandedOff = {},
) {
  const [plan, version, campaign, contact, enrollment, message] = [
    newId(),
    newId(),
    newId(),
    newId(),
    newId(),
    newId(),
  ];
  const state = {
    phase: 'handed_off',
    nodeId: 'only',
    visit: 1,
    attempt: 1,
    enteredAt: 0,
    anchor: { nodeId: 'only', visit: 1, attempt: 1, sentAt: 1_000 },
    visits: { only: 1 },
    seen: [],
    happened: [],
    retry: null,
    behind: null,
    end: null,
  };
  const document = {
    version: '1.0',
    timezone: 'UTC',
    startNodeId: 'only',
    nodes: [
      {
        id: 'only',
        channel: 'email',
        action: 'send',
        subject: 'Hello',
        body: '<p>Hello</p>',
        transitions,
      },
    ],
  };
  await asTenant(owner, tenantId, async (trx) => {
    const sender = await insertSenderIdentity(trx, tenantId, {
      email: `${newId()}@example.com`,
      name: 'Ann',
    });
    await sql`INSERT INTO campaign_plans (tenant_id, id, name) VALUES (${tenantId}, ${plan}, 'Plan')`.execute(
      trx,
    );
    await sql`
      INSERT INTO campaign_plan_versions (tenant_id, id, plan_id, version, plan, plan_hash)
      VALUES (${tenantId}, ${version}, ${plan}, 1, ${JSON.stringify(document)}::jsonb,
        ${'0'.repeat(64)})`.execute(trx);
    await sql`
      INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
      VALUES (${tenantId}, ${campaign}, 'Campaign', ${version}, ${sender}, 'running')`.execute(trx);
    await sql`INSERT INTO contacts (tenant_id, id) VALUES (${tenantId}, ${contact})`.execute(trx);
    await sql`
      INSERT INTO contact_campaigns (tenant_id, id, campaign_id, contact_id, plan_version_id,
        version, state, base_state, base_seq, enrolled_at)
      VALUES (${tenantId}, ${enrollment}, ${campaign}, ${contact}, ${version}, 2,
        ${JSON.stringify(state)}::jsonb, ${JSON.stringify(state)}::jsonb, 2, now())`.execute(trx);
    await sql`
      INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id, node_id,
        visit, channel, sender_identity_id, status, token, begun_at, to_address, subject)
      VALUES (${tenantId}, ${message}, ${enrollment}, ${campaign}, ${contact}, 'only', 1, 'email',
        ${sender}, 'unknown', ${newId()}, ${begunAt}, ${toAddress}, 'Hello')`.execute(trx);
    await sql`
      INSERT INTO hand_off_batches (tenant_id, begun_at, deadline_at, message_ids)
      SELECT tenant_id, begun_at, begun_at, ARRAY[id] FROM outbound_messages
      WHERE tenant_id = ${tenantId} AND id = ${message}`.execute(trx);
  });
  return { campaignId: campaign, enrollmentId: enrollment, messageId: message };
}
