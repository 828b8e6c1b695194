import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('enrollments', () => {
  test('show their state, what lies ahead, and stop', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const path = `/v1/enrollments/${rows.enrollment}`;
    const { body } = await tenant.api.get(path);
    expect(body).toMatchObject({
      status: 'active',
      phase: 'scheduled',
      nodeId: 'intro',
      contactId: rows.contact,
      state: { nodeId: 'intro', phase: 'scheduled' },
      pendingActions: [{ type: 'send', nodeId: 'intro', status: 'pending' }],
    });
    const stopped = await tenant.api.post(`${path}/stop`, { reason: 'asked by phone' });
    expect(stopped.body).toEqual({ stopped: true });
    expect((await tenant.api.get(path)).body).toMatchObject({
      status: 'stopped',
      endReason: 'asked by phone',
      pendingActions: [],
    });
    expect((await tenant.api.post(`${path}/stop`)).body).toEqual({ stopped: false });
    const message = await tenant.api.get(`/v1/messages/${rows.message}`);
    expect(message.body['status']).toBe('canceled');
  });

  test('tell their story in order, page by page', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    await deliver(tenant.id, rows.message);
    await tenant.api.post(`/v1/enrollments/${rows.enrollment}/stop`);
    const path = `/v1/enrollments/${rows.enrollment}/timeline`;
    const whole = await tenant.api.get(path);
    const kinds = (whole.body['items'] ?? []).map(
      (one) => `${String(one['kind'])} ${String(one['type'])}`,
    );
    expect(kinds).toEqual([
      'message delivered',
      'event delivered',
      'event opened',
      'transition enrolled',
      'transition stopped',
      'end stopped',
    ]);
    const times = (whole.body['items'] ?? []).map((one) => String(one['at']));
    expect(times).toEqual([...times].sort());
    expect(whole.body['items']?.[2]).toMatchObject({
      detail: { messageId: rows.message, actor: 'human', synthetic: false },
    });
    expect(whole.body['items']?.at(-1)).toMatchObject({
      at: whole.body['items']?.at(-2)?.['at'],
      detail: { status: 'stopped', reason: 'operator' },
    });
    const pages: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { body } = await tenant.api.get(`${path}${query}`);
      pages.push(
        ...(body['items'] ?? []).map((one) => `${String(one['kind'])} ${String(one['type'])}`),
      );
      if (body['nextCursor'] === null) break;
      query = `?limit=2&cursor=${body['nextCursor']}`;
    }
    expect(pages).toEqual(kinds);
  });
});

describe('messages', () => {
  test('are listed by campaign and status, and read with their events', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const { api } = tenant;
    const queued = await api.get(`/v1/messages?campaignId=${rows.campaign}&status=queued`);
    expect(queued.body['items']).toMatchObject([{ id: rows.message, nodeId: 'intro' }]);
    await deliver(tenant.id, rows.message);
    const { body } = await api.get(`/v1/messages/${rows.message}`);
    expect(body).toMatchObject({
      status: 'delivered',
      to: rows.email,
      events: [
        { type: 'delivered', data: { reason: '250 ok' } },
        { type: 'opened', actor: 'human' },
      ],
    });
  });

  test('whose fate is not known can be found', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    await world.rows(
      `UPDATE outbound_messages SET status = 'unknown', token = gen_random_uuid(),
         begun_at = now(), to_address = 'x@example.com' WHERE id = $1`,
      [rows.message],
    );
    const { body } = await tenant.api.get('/v1/messages?status=unknown');
    expect(body['items']).toMatchObject([{ id: rows.message, status: 'unknown' }]);
  });

  test('whose fate is not known are decided about once', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const { api } = tenant;
    const path = `/v1/messages/${rows.message}`;
    await handedOff(rows.message);
    expect((await api.post(`${path}/resolve`, { as: 'perhaps' })).status).toBe(400);
    const stranger = await world.tenant();
    expect((await stranger.api.post(`${path}/resolve`, { as: 'lost' })).status).toBe(404);

    const lost = await api.post(`${path}/resolve`, { as: 'lost' });
    expect(lost.body).toMatchObject({
      status: 'retrying',
      attempt: 2,
      formerAttempts: [{ attempt: 1, status: 'unknown', to: rows.email }],
    });
    const again = await api.post(`${path}/resolve`, { as: 'accepted' });
    expect(again).toMatchObject({
      status: 409,
      body: { detail: 'The fate of this message is known.' },
    });
    const retrying = await api.get('/v1/messages?status=retrying');
    expect(retrying.body['items']).toMatchObject([{ id: rows.message }]);
    expect((await api.get('/v1/messages?status=queued')).body['items']).toEqual([]);
  });

  test('whose fate is not known are not sent again where their enrollment has ended', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const { api } = tenant;
    const path = `/v1/messages/${rows.message}`;
    await handedOff(rows.message);
    await api.post(`/v1/enrollments/${rows.enrollment}/stop`, { reason: 'enough' });

    expect(await api.post(`${path}/resolve`, { as: 'lost' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('not sent again') as string },
    });
    expect((await api.get(path)).body).toMatchObject({ status: 'unknown', attempt: 1 });
    expect((await api.post(`${path}/resolve`, { as: 'failed' })).body).toMatchObject({
      status: 'failed',
      attempt: 1,
    });
    expect((await api.get(`/v1/enrollments/${rows.enrollment}`)).body).toMatchObject({
      status: 'stopped',
      endReason: 'enough',
    });
  });

  test('that have failed are sent again by an operator, and no others', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const { api } = tenant;
    const path = `/v1/messages/${rows.message}`;
    expect(await api.post(`${path}/resend`)).toMatchObject({
      status: 409,
      body: { detail: 'It is under way, or it has arrived.' },
    });
    await handedOff(rows.message);
    await api.post(`${path}/resolve`, { as: 'failed' });
    expect((await api.get(`/v1/enrollments/${rows.enrollment}`)).body).toMatchObject({
      status: 'failed',
      endReason: 'given_up',
    });
    expect((await api.post(`${path}/resend`)).body).toMatchObject({
      status: 'retrying',
      attempt: 2,
      formerAttempts: [{ attempt: 1, status: 'failed' }],
    });
    expect((await api.get(`/v1/enrollments/${rows.enrollment}`)).body).toMatchObject({
      status: 'active',
      pendingActions: [{ type: 'send', attempt: 2 }],
    });
  });

  test('that have failed are dismissed once, and found no more among what has failed', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const { api } = tenant;
    const path = `/v1/messages/${rows.message}`;
    const dismiss = (reason = 'wrong address, told by phone') =>
      api.post(`${path}/dismiss`, { reason });
    const idsOf = async (query: string) =>
      (await api.get(`/v1/messages?${query}`)).body.items?.map((one) => one['id']);
    expect(await dismiss()).toMatchObject({
      status: 409,
      body: { detail: 'It is under way, or it has arrived.' },
    });
    await handedOff(rows.message);
    await api.post(`${path}/resolve`, { as: 'failed' });
    expect(await idsOf('status=failed')).toEqual([rows.message]);
    expect(await idsOf('status=failed&dismissed=true')).toEqual([]);

    const first = await dismiss();
    const said = { attempt: 1, reason: 'wrong address, told by phone' };
    expect(first).toMatchObject({ status: 200, body: { status: 'failed', dismissal: said } });
    expect(await idsOf('status=failed')).toEqual([]);
    expect(await idsOf(`status=failed&campaignId=${rows.campaign}`)).toEqual([]);
    expect(await idsOf('status=failed&dismissed=true')).toEqual([rows.message]);
    expect(await idsOf('dismissed=false')).toEqual([]);
    expect(await idsOf(`campaignId=${rows.campaign}`)).toEqual([rows.message]);

    // Whoever comes second changes nothing, and leaves no trace in the log.
    expect((await dismiss('something else')).body).toEqual(first.body);
    expect((await api.post(`${path}/dismiss`)).status).toBe(400);
    const [key] = await world.rows<{ id: string }>('SELECT id FROM api_keys WHERE tenant_id = $1', [
      tenant.id,
    ]);
    expect(first.body).toMatchObject({ dismissal: { by: `api_key:${key?.id}` } });
    const { body: log } = await api.get('/v1/audit');
    expect(log.items?.filter((one) => one['action'] === 'dismissMessage')).toMatchObject([
      { entity: 'message', entityId: rows.message, after: { dismissed_attempt: 1 } },
    ]);
    expect(JSON.stringify(log)).not.toContain('by phone');
  });

  test('that were dismissed can be sent again, and their next failure is a new one', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const { api } = tenant;
    const path = `/v1/messages/${rows.message}`;
    await handedOff(rows.message);
    await api.post(`${path}/resolve`, { as: 'failed' });
    await api.post(`${path}/dismiss`, { reason: 'for now' });
    expect((await api.post(`${path}/resend`)).body).toMatchObject({ status: 'retrying' });
    expect((await api.post(`${path}/dismiss`, { reason: 'no' })).status).toBe(409);
    await handedOff(rows.message);
    await api.post(`${path}/resolve`, { as: 'failed' });
    expect((await api.get('/v1/messages?status=failed')).body.items).toMatchObject([
      { id: rows.message, attempt: 2, dismissal: { attempt: 1, reason: 'for now' } },
    ]);
  });

  test('are dismissed by their own tenant alone, and by whoever may write', async () => {
    const [own, other] = [await world.tenant(), await world.tenant()];
    const rows = await makeRows(own);
    await handedOff(rows.message);
    await own.api.post(`/v1/messages/${rows.message}/resolve`, { as: 'failed' });
    const path = `/v1/messages/${rows.message}/dismiss`;
    expect((await other.api.post(path, { reason: 'mine' })).status).toBe(404);
    const { body: key } = await own.api.post('/v1/api-keys', { name: 'R', role: 'viewer' });
    const answer = await fetch(`${world.baseUrl}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${String(key['key'])}`,
        'content-type': 'application/json',
      },
      body: '{"reason": "mine"}',
    });
    expect(answer.status).toBe(403);
    expect((await own.api.get(`/v1/messages/${rows.message}`)).body['dismissal']).toBeNull();
  });
});

/** A message handed off a moment ago, of which nothing is known, as the statements leave it. */
async function handedOff(messageId: string): Promise<void> {
  await world.rows(
    `WITH message AS (
       UPDATE outbound_messages m SET status = 'unknown', token = gen_random_uuid(),
         begun_at = campaign_now(), subject = 'Hello', to_address = (
           SELECT address FROM contact_channels h WHERE h.tenant_id = m.tenant_id
             AND h.contact_id = m.contact_id)
       WHERE id = $1
       RETURNING *),
     action AS (
       UPDATE scheduled_actions a SET status = 'completed' FROM message m
       WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id),
     enrollment AS (
       UPDATE contact_campaigns c SET version = c.version + 1, base_seq = c.version + 1,
         state = state_after_begin(c.state, m.begun_at, m.node_id, m.visit, m.attempt),
         base_state = NULL
       FROM message m WHERE c.tenant_id = m.tenant_id AND c.id = m.enrollment_id
       RETURNING c.*)
     INSERT INTO campaign_transitions (tenant_id, enrollment_id, seq, input_id, input, own_at,
       recorded_at, settings, machine_version, outcome)
     SELECT c.tenant_id, c.id, c.version, 'begun:' || m.token, jsonb_build_object('kind', 'begun',
       'nodeId', m.node_id, 'visit', m.visit, 'attempt', m.attempt, 'at', epoch_ms(m.begun_at)),
       m.begun_at, m.begun_at, '{}', 1, 'applied'
     FROM enrollment c CROSS JOIN message m`,
    [messageId],
  );
}

/** Writes what a hand-off and two events would have written, an hour before. */
async function deliver(tenantId: string, messageId: string): Promise<void> {
  await world.rows(
    `UPDATE outbound_messages m SET status = 'delivered', begun_at = now() - interval '1 hour',
       to_address = (SELECT address FROM contact_channels h WHERE h.tenant_id = m.tenant_id
         AND h.contact_id = m.contact_id)
     WHERE id = $1`,
    [messageId],
  );
  for (const [type, minutes, data] of [
    ['opened', 40, {}],
    ['delivered', 50, { reason: '250 ok' }],
  ] as const) {
    await world.rows(
      `INSERT INTO message_events (tenant_id, id, message_id, enrollment_id, attempt, type,
         occurred_at, actor, dedupe_key, data)
       SELECT tenant_id, $1::uuid, id, enrollment_id, 1, $2,
         now() - $3 * interval '1 minute', $4, $5, $6::jsonb
       FROM outbound_messages WHERE tenant_id = $7 AND id = $8`,
      [
        newId(),
        type,
        minutes,
        type === 'opened' ? 'human' : 'unknown',
        `${messageId}:${type}`,
        JSON.stringify(data),
        tenantId,
        messageId,
      ],
    );
  }
}
