import { newId } from '@cadenza/domain';
import { pauseTenant, SENDER_NOT_VERIFIED } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows, PLAN } from './support/examples.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

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
    const audience = await api.post(`${path}/audiences`, {
      filter: { where: 'email', known: true },
    });
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
