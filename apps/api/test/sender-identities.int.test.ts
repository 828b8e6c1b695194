import { pauseSender, pauseUnverifiedSender, SENDER_NOT_VERIFIED } from '@cadenza/engine';
import { SendGridApiError } from '@cadenza/sendgrid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
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
    expect((await api.get('/v1/sender-identities?email=jo%40sender.example')).body.items).toEqual(
      [],
    );
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
