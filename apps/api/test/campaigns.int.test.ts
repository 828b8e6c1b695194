import { newId } from '@cadenza/domain';
import {
  pauseSender,
  pauseTenant,
  pauseUnverifiedSender,
  SENDER_NOT_VERIFIED,
} from '@cadenza/engine';
import { SendGridApiError } from '@cadenza/sendgrid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows, PLAN } from './support/examples.ts';
import { createWorld, variant, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('sender identities', () => {
  test('are created, changed, verified by SendGrid, paused and resumed', async () => {
    const { api } = await world.tenant();
    const created = await api.post('/v1/sender-identities', {
      email: 'Ann@Sender.example',
      name: 'Ann',
      signature: 'Ann\nCEO',
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ email: 'ann@sender.example', verification: 'pending' });
    const path = `/v1/sender-identities/${created.body['id']}`;
    expect((await api.get(path)).body).toEqual(created.body);
    const again = await api.post('/v1/sender-identities', {
      email: 'ann@sender.example',
      name: 'B',
    });
    expect(again.status).toBe(409);
    const changed = await api.patch(path, { name: 'Ann B.', replyTo: 'r@sender.example' });
    expect(changed.body).toMatchObject({ name: 'Ann B.', replyTo: 'r@sender.example' });

    world.sendGrid.answer = { status: 'verified', reason: 'domain is authenticated' };
    const verified = await api.post(`${path}/verify`);
    expect(verified.body).toMatchObject({
      verification: 'verified',
      verificationDetail: 'domain is authenticated',
      verifiedAt: expect.any(String) as string,
    });
    world.sendGrid.answer = { status: 'unverified', reason: 'not known' };
    const lost = await api.post(`${path}/verify`);
    expect(lost.body).toMatchObject({ verification: 'unverified', verifiedAt: null });
    world.sendGrid.answer = new SendGridApiError('reading verified senders', 500, 'HTTP 500');
    const failed = await api.post(`${path}/verify`);
    expect(failed.status).toBe(502);
    // Its key is refused: to ask again is of no use.
    world.sendGrid.answer = new SendGridApiError('reading verified senders', 401, 'HTTP 401');
    expect((await api.post(`${path}/verify`)).status).toBe(422);
    expect((await api.get(path)).body).toEqual(lost.body);

    const paused = await api.post(`${path}/pause`, { reason: 'holidays' });
    expect(paused.body).toMatchObject({
      pauseReason: 'holidays',
      pausedAt: expect.any(String) as string,
    });
    const resumed = await api.post(`${path}/resume`);
    expect(resumed.body).toMatchObject({ pauseReason: null, pausedAt: null });
    // What goes on already is resumed by nobody.
    await api.post(`${path}/resume`);
    expect(
      await world.rows(
        `SELECT actor LIKE 'api_key:%' AS "byKey", before ->> 'pauseReason' AS reason
         FROM audit_log WHERE action = 'sender.resumed' AND entity_id = $1`,
        [path.split('/').at(-1)],
      ),
    ).toEqual([{ byKey: true, reason: 'holidays' }]);
    const listed = await api.get('/v1/sender-identities');
    expect(listed.body['items']).toMatchObject([{ name: 'Ann B.' }]);
    const byAddress = await api.get('/v1/sender-identities?email=ANN%40sender.example');
    expect(byAddress.body.items).toMatchObject([{ name: 'Ann B.' }]);
    expect((await api.get('/v1/sender-identities?email=jo%40sender.example')).body.items).toEqual([]);
  });

  test.each([
    ['was paused for not being verified', SENDER_NOT_VERIFIED, 'verified', true],
    ['was paused by somebody', 'holidays', 'verified', false],
    ['is still not verified', SENDER_NOT_VERIFIED, 'unverified', false],
  ] as const)('when verified: one that %s', async (_, reason, status, lifted) => {
    const tenant = await world.tenant();
    const { sender, campaign } = await makeRows(tenant);
    const ref = { tenantId: tenant.id, id: sender };
    if (reason === SENDER_NOT_VERIFIED) await pauseUnverifiedSender(world.deps.store, ref);
    else await pauseSender(world.deps.store, ref, reason);
    // As the dispatcher leaves the lane of a sender that it finds paused.
    await world.rows("UPDATE dispatch_lanes SET next_at = 'infinity' WHERE campaign_id = $1", [
      campaign,
    ]);

    world.sendGrid.answer = { status, reason: 'said SendGrid' };
    const { body } = await tenant.api.post(`/v1/sender-identities/${sender}/verify`);

    expect(body).toMatchObject(
      lifted
        ? { verification: status, pausedAt: null, pauseReason: null }
        : { verification: status, pausedAt: expect.any(String) as string, pauseReason: reason },
    );
    const lanes = await world.rows(
      'SELECT next_at <= campaign_now() AS awake FROM dispatch_lanes WHERE campaign_id = $1',
      [campaign],
    );
    expect(lanes).toEqual([{ awake: lifted }]);
  });

  test('cannot be verified by an installation without a key for SendGrid', async () => {
    const tenant = await world.tenant();
    const { sender } = await makeRows(tenant);
    const baseUrl = await variant(world, { sendGrid: async () => null });
    const answer = await fetch(`${baseUrl}/v1/sender-identities/${sender}/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      detail: expect.stringContaining('SENDGRID_API_KEY') as string,
    });
  });
});

describe('campaigns', () => {
  test('that several people pause and start at once end as somebody wished', async () => {
    const tenant = await world.tenant();
    const { campaign } = await makeRows(tenant);
    const path = `/v1/campaigns/${campaign}`;
    for (let round = 0; round < 8; round += 1) {
      const paused = await Promise.all(
        Array.from({ length: 5 }, () => tenant.api.post(`${path}/pause`)),
      );
      expect(paused.map(({ status, body }) => [status, body['status'] ?? body.detail])).toEqual(
        paused.map(() => [200, 'paused']),
      );
      const started = await Promise.all(
        Array.from({ length: 5 }, () => tenant.api.post(`${path}/start`)),
      );
      expect(started.map(({ status, body }) => [status, body['status'] ?? body.detail])).toEqual(
        started.map(() => [200, 'running']),
      );
    }
    const mixed = await Promise.all(
      Array.from({ length: 20 }, (_, n) => tenant.api.post(`${path}/${n % 2 ? 'pause' : 'start'}`)),
    );
    for (const { status, body } of mixed) {
      expect([200, 409]).toContain(status);
      expect(body.detail ?? '').not.toMatch(/is (\w+): expected.*\b\1\b/);
    }
  });

  test('start, pause and resume, and say where their people stand', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const path = `/v1/campaigns/${rows.campaign}`;
    const { api } = tenant;
    expect((await api.get(path)).body).toMatchObject({
      status: 'running',
      enrollments: { total: 1, byStatus: { active: 1 }, byNode: { intro: 1 } },
    });
    expect((await api.post(`${path}/start`)).body['status']).toBe('running');
    const paused = await api.post(`${path}/pause`, { reason: 'check the text' });
    expect(paused.body).toMatchObject({ status: 'paused', pauseReason: 'check the text' });
    const resumed = await api.post(`${path}/resume`, {});
    expect(resumed.body).toMatchObject({ status: 'running', pauseReason: null });
    const listed = await api.get('/v1/campaigns?status=running');
    expect(listed.body['items']).toMatchObject([{ id: rows.campaign }]);
    expect((await api.get('/v1/campaigns?status=draft')).body['items']).toEqual([]);
  });

  test('end for good: nobody is enrolled, nothing is started, and again is no mistake', async () => {
    const tenant = await world.tenant();
    const { campaign, contact } = await makeRows(tenant);
    const { api } = tenant;
    const path = `/v1/campaigns/${campaign}`;
    await api.post(`${path}/pause`, { reason: 'check the text' });
    const finished = await api.post(`${path}/finish`);
    expect(finished.body).toMatchObject({ status: 'finished', pauseReason: null });
    expect((await api.post(`${path}/finish`)).body).toEqual(finished.body);
    for (const how of ['start', 'resume', 'pause']) {
      const { status, body } = await api.post(`${path}/${how}`);
      expect([how, status, body.problems?.[0]?.['code']]).toEqual([how, 409, 'wrong_state']);
    }
    const enrolled = await api.post(`${path}/enrollments`, { contactIds: [contact] });
    expect(enrolled.body).toMatchObject({
      enrolled: [],
      refused: [{ contactId: contact, reason: 'campaign_finished' }],
    });
    const audience = await api.post(`${path}/audiences`, { filter: { where: 'email', known: true } });
    expect([audience.status, audience.body.problems?.[0]?.['code']]).toEqual([409, 'wrong_state']);
    const listed = await api.get('/v1/campaigns?status=finished');
    expect(listed.body['items']).toMatchObject([{ id: campaign }]);
    const written = await world.rows(
      `SELECT actor LIKE 'api_key:%' AS "byKey" FROM audit_log
       WHERE action = 'campaign.finished' AND entity_id = $1`,
      [campaign],
    );
    expect(written).toEqual([{ byKey: true }]);
  });

  test('start with a sender who may not send, and say what keeps it from sending', async () => {
    const { api } = await world.tenant();
    const sender = await api.post('/v1/sender-identities', {
      email: 'eve@sender.example',
      name: 'Eve',
    });
    const plan = await api.post('/v1/plans', { name: 'Plan', plan: PLAN });
    const campaign = await api.post('/v1/campaigns', {
      name: 'Campaign',
      planVersionId: plan.body['plan']?.['versions']?.[0]?.['id'],
      senderIdentityId: sender.body['id'],
    });
    const path = `/v1/campaigns/${campaign.body['id']}`;
    const senderPath = `/v1/sender-identities/${sender.body['id']}`;

    const pending = await api.post(`${path}/start`);
    expect(pending.status).toBe(200);
    expect(pending.body).toMatchObject({
      status: 'running',
      warnings: [
        {
          path: 'senderIdentityId',
          code: 'sender_unverified',
          message: `eve@sender.example is pending, expected verified: nothing is sent before. POST ${senderPath}/verify asks SendGrid.`,
        },
      ],
    });

    world.sendGrid.answer = { status: 'unverified', reason: 'not known' };
    await api.post(`${senderPath}/verify`);
    await world.rows(
      'UPDATE email_sender_identities SET paused_at = now(), pause_reason = $2 WHERE id = $1',
      [sender.body['id'], SENDER_NOT_VERIFIED],
    );
    // Verifying lifts that pause: telling of a resume would lead nowhere.
    expect((await api.post(`${path}/start`)).body).toMatchObject({
      warnings: [{ code: 'sender_unverified' }],
    });
    await api.post(`${senderPath}/resume`);
    await api.post(`${senderPath}/pause`, { reason: 'holidays' });
    await api.post(`${path}/pause`);
    const resumed = await api.post(`${path}/resume`);
    expect(resumed.body).toMatchObject({
      status: 'running',
      warnings: [
        {
          code: 'sender_unverified',
          message: expect.stringContaining('is unverified (not known), expected') as string,
        },
        {
          code: 'sender_paused',
          message: `eve@sender.example is paused (holidays): nothing is sent until POST ${senderPath}/resume.`,
        },
      ],
    });

    expect((await api.get(path)).body).toMatchObject({ warnings: resumed.body['warnings'] });

    world.sendGrid.answer = { status: 'verified', reason: 'domain is authenticated' };
    await api.post(`${senderPath}/verify`);
    await api.post(`${senderPath}/resume`);
    expect((await api.post(`${path}/start`)).body).toMatchObject({ warnings: [] });
  });

  test.each([null, ' \n'])('are not started without a postal address: %j', async (none) => {
    const tenant = await world.tenant();
    const { campaign } = await makeRows(tenant);
    const { api } = tenant;
    const path = `/v1/campaigns/${campaign}`;
    await api.post(`${path}/pause`);
    const setAddress = (address: string | null) =>
      world.rows('UPDATE tenants SET postal_address = $2 WHERE id = $1', [tenant.id, address]);
    await setAddress(none);

    for (const how of ['start', 'resume']) {
      const { status, body } = await api.post(`${path}/${how}`);
      expect(status).toBe(422);
      expect(body.problems).toMatchObject([{ code: 'postal_address_missing' }]);
    }

    const found = (await api.get(path)).body;
    expect(found).toMatchObject({ status: 'paused' });
    expect(found['warnings']).toMatchObject([
      { code: 'postal_address_missing' },
      { code: 'sender_unverified' },
    ]);
    await setAddress('1 Example Road');
    expect((await api.post(`${path}/resume`)).body).toMatchObject({ status: 'running' });
  });

  test('of a paused tenant say so, with the reason, until it is resumed', async () => {
    const tenant = await world.tenant();
    const { campaign, sender } = await makeRows(tenant);
    const { api } = tenant;
    const path = `/v1/campaigns/${campaign}`;
    await api.post(`/v1/sender-identities/${sender}/verify`);
    expect((await api.get(path)).body).toMatchObject({ warnings: [] });
    await pauseTenant(world.deps.store, tenant.id, 'the provider answered 401: wrong key');
    const warnings = [
      {
        path: '',
        code: 'tenant_paused',
        message:
          'The tenant is paused (the provider answered 401: wrong key): nothing is sent until an operator resumes it (cadenza tenant resume).',
      },
    ];

    expect((await api.post(`${path}/start`)).body).toMatchObject({ warnings });
    await api.post(`${path}/pause`);
    expect((await api.post(`${path}/resume`)).body).toMatchObject({ warnings });
    expect((await api.get(path)).body).toMatchObject({ warnings });

    await world.rows("UPDATE tenants SET status = 'active', pause_reason = NULL WHERE id = $1", [
      tenant.id,
    ]);
    expect((await api.get(path)).body).toMatchObject({ warnings: [] });
  });

  test('enrol contacts, and name those whom they do not', async () => {
    const tenant = await world.tenant();
    const rows = await makeRows(tenant);
    const { api } = tenant;
    const fresh = await api.post('/v1/contacts', { email: 'fresh@example.com' });
    const gone = await api.post('/v1/contacts', { email: 'gone@example.com' });
    await api.post('/v1/suppressions', { addresses: ['gone@example.com'] });
    const unknown = newId();
    const path = `/v1/campaigns/${rows.campaign}/enrollments`;
    const { body } = await api.post(path, {
      contactIds: [fresh.body['id'], gone.body['id'], rows.contact, unknown, fresh.body['id']],
    });
    expect(body['enrolled']).toMatchObject([{ contactId: fresh.body['id'] }]);
    expect(body['refused']).toEqual(
      expect.arrayContaining([
        { contactId: gone.body['id'], reason: 'suppressed' },
        { contactId: rows.contact, reason: 'already_active' },
        { contactId: unknown, reason: 'not_found' },
      ]),
    );
    expect(body['refused']).toHaveLength(3);
    const listed = await api.get(`${path}?limit=1&status=active&nodeId=intro`);
    expect(listed.body['items']).toMatchObject([{ contactId: fresh.body['id'] }]);
    const next = await api.get(`${path}?limit=1&cursor=${listed.body['nextCursor']}`);
    expect(next.body).toMatchObject({ items: [{ contactId: rows.contact }], nextCursor: null });
  });
});

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

describe('send rate limits', () => {
  test('are the defaults until a tenant sets its own', async () => {
    const tenant = await world.tenant();
    const { sender } = await makeRows(tenant);
    const { api } = tenant;
    const before = await api.get('/v1/send-rate-limits');
    expect(before.body['items']?.every((one) => one['source'] === 'default')).toBe(true);
    const set = { scope: 'sender', reference: sender, windowSeconds: 60, maxMessages: 5 };
    await api.put('/v1/send-rate-limits', { ...set, maxMessages: 9 });
    await api.put('/v1/send-rate-limits', {
      scope: 'recipient_domain',
      reference: 'GMail.com',
      windowSeconds: 86_400,
      maxMessages: 0,
    });
    const after = await api.put('/v1/send-rate-limits', set);
    const own = after.body['items']?.filter((one) => one['source'] === 'tenant');
    expect(own).toEqual([
      {
        channel: 'email',
        scope: 'recipient_domain',
        reference: 'gmail.com',
        windowSeconds: 86_400,
        maxMessages: 0,
        source: 'tenant',
      },
      { ...set, channel: 'email', source: 'tenant' },
    ]);
    expect((await api.get('/v1/send-rate-limits')).body).toEqual(after.body);
    const other = await world.tenant();
    const others = await other.api.get('/v1/send-rate-limits');
    expect(others.body['items']?.every((one) => one['source'] === 'default')).toBe(true);
  });
});

/** Writes what a hand-off and two events would have written, an hour before. */
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
