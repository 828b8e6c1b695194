import { newId } from '@cadenza/domain';
import { inTenants } from '@cadenza/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows, PLAN } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const HELLO = {
  subject: 'Hello {{contact.firstName}}',
  body: '<p>Hi {{default contact.firstName "you"}} of {{lead.name}}</p>',
};

async function made(content: object = HELLO, channel = 'email'): Promise<string> {
  const created = await tenant.api.post('/v1/templates', { name: newId(), channel, content });
  expect(created.status).toBe(201);
  return String(created.body['id']);
}

function planWith(node: object) {
  const [first, ...rest] = PLAN.nodes;
  const { id, channel, action, transitions } = first ?? {};
  return { ...PLAN, nodes: [{ id, channel, action, transitions, ...node }, ...rest] };
}

describe('templates', () => {
  test('have a name of their own and versions that never change', async () => {
    const { api } = tenant;
    const created = await api.post('/v1/templates', {
      name: 'Hello',
      channel: 'email',
      content: HELLO,
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: 'Hello',
      channel: 'email',
      versions: [{ version: 1, variables: ['contact.firstName', 'lead.name'] }],
      warnings: [],
    });
    const path = `/v1/templates/${created.body['id']}`;
    const other = await made();
    expect((await api.patch(`/v1/templates/${other}`, { name: 'Hello' })).status).toBe(409);
    const again = { name: 'Hello', channel: 'email', content: HELLO };
    expect((await api.post('/v1/templates', again)).status).toBe(409);
    expect((await api.patch(path, { name: 'Hi' })).body).toMatchObject({ name: 'Hi' });

    const changed = { ...HELLO, text: 'Hi' };
    expect((await api.post(`${path}/versions`, { content: changed })).body).toMatchObject({
      version: { version: 2 },
    });
    const same = await api.post(`${path}/versions`, { content: HELLO });
    expect([same.status, same.body['version']?.['version']]).toEqual([200, 1]);
    expect((await api.get(path)).body).toMatchObject({
      versions: [{ version: 2 }, { version: 1 }],
    });
    expect((await api.get(`${path}/versions/1`)).body['content']).toEqual(HELLO);
    expect((await api.get(`${path}/versions/2`)).body['content']).toEqual(changed);
    expect((await api.get(`${path}/versions/3`)).status).toBe(404);
    expect((await api.get('/v1/templates')).body['items']).toMatchObject([
      { id: other },
      { name: 'Hi' },
    ]);
    await expect(
      inTenants(world.db, [tenant.id], (trx) =>
        trx.updateTable('message_template_versions').set({ body: 'x' }).execute(),
      ),
    ).rejects.toThrow('permission denied');
  });

  test.each([
    [
      'an unknown variable',
      { ...HELLO, body: '<p>{{contact.frstName}}</p>' },
      'content.body',
      'unknown_variable',
    ],
    ['a script', { ...HELLO, body: '<script>x</script>' }, 'content.body', 'template_refused'],
    ['a subject of two lines', { ...HELLO, subject: 'a\nb' }, 'content.subject', 'invalid_value'],
    ['an empty body', { ...HELLO, body: ' ' }, 'content.body', 'invalid_value'],
    [
      'a body that is too long',
      { ...HELLO, body: 'a'.repeat(262_145) },
      'content.body',
      'too_long',
    ],
  ])('are refused for %s, as in a plan', async (_, content, path, code) => {
    for (const answer of [
      await tenant.api.post('/v1/templates', { name: 'Bad', channel: 'email', content }),
      await tenant.api.post('/v1/templates/preview', { channel: 'email', content }),
      await tenant.api.post(`/v1/templates/${await made()}/versions`, { content }),
    ]) {
      expect(answer.status).toBe(422);
      expect(answer.body['problems']).toMatchObject([{ path, code }]);
    }
  });

  test('of text messages have a body alone', async () => {
    const content = { subject: 's', body: 'Hi', text: 't' };
    const refused = await tenant.api.post('/v1/templates', { name: 'S', channel: 'sms', content });
    expect(refused.body['problems']?.map(({ path }) => path)).toEqual([
      'content.subject',
      'content.text',
    ]);
    const id = await made({ body: 'Hi {{contact.firstName}}, STOP to opt out' }, 'sms');
    const preview = `/v1/templates/${id}/versions/1/preview`;
    const shown = await tenant.api.post(preview, { data: { contact: { firstName: 'Ann' } } });
    expect(shown.body).toEqual({
      subject: null,
      html: null,
      text: 'Hi Ann, STOP to opt out',
      segments: 1,
    });
  });

  test('warn of a link to unsubscribe that nobody sees', async () => {
    const body = '<p>b</p><!-- {{unsubscribeUrl}} -->';
    const created = await tenant.api.post('/v1/templates', {
      name: 'Unseen',
      channel: 'email',
      content: { subject: 's', body },
    });
    expect(created.body['warnings']).toMatchObject([
      { path: 'content.body', code: 'unsubscribe_unseen' },
    ]);
  });
});

describe('a preview', () => {
  test('is the mail with its foot, and says what is missing', async () => {
    const preview = `/v1/templates/${await made()}/versions/1/preview`;
    const data = { contact: { firstName: 'Ann <b>' }, lead: { name: 'Acme' } };
    const shown = await tenant.api.post(preview, { data });
    expect(shown.status).toBe(200);
    expect(shown.body).toMatchObject({
      subject: 'Hello Ann <b>',
      html: expect.stringMatching(/Hi Ann &lt;b&gt; of Acme.*Unsubscribe/s) as string,
      text: expect.stringContaining('1 Example Road') as string,
    });
    const missing = await tenant.api.post(preview, { data: { contact: {} } });
    expect(missing.status).toBe(422);
    expect(missing.body['problems']?.map(({ path }) => path)).toEqual([
      'content.subject 1:9',
      expect.stringContaining('content.body'),
    ]);
    expect((await tenant.api.post(preview)).status).toBe(422);
    const unsaved = { channel: 'email', content: { body: '<p>b</p>' } };
    expect((await tenant.api.post('/v1/templates/preview', unsaved)).body).toMatchObject({
      subject: null,
      text: expect.stringMatching(/^b/) as string,
    });
  });
});

describe('a plan that names a template', () => {
  test('has its content from then on, whatever becomes of the template', async () => {
    const { api } = tenant;
    const id = await made();
    const plan = planWith({ template: { id, version: 1 } });
    expect((await api.post('/v1/plans/validate', plan)).body).toMatchObject({ valid: true });
    const created = await api.post('/v1/plans', { name: 'P', plan });
    expect(created.status).toBe(201);
    const path = `/v1/plans/${created.body['plan']?.['id']}`;
    const read = async () => (await api.get(`${path}/versions/1`)).body['plan'];
    const frozen = { nodes: [{ ...HELLO, template: { id, version: 1 } }, {}] };
    expect(await read()).toMatchObject(frozen);

    await api.post(`/v1/templates/${id}/versions`, { content: { ...HELLO, subject: 'New' } });
    expect(await read()).toMatchObject(frozen);
    // The same plan again is the same version, as it was written and as it is exported.
    for (const same of [plan, (await api.get(`${path}/export`)).body]) {
      expect((await api.post(`${path}/versions`, { plan: same })).status).toBe(200);
    }
    const newer = planWith({ template: { id, version: 2 } });
    const second = await api.post(`${path}/versions`, { plan: newer });
    expect(second.body['version']).toMatchObject({ version: 2 });
  });

  test('is refused for one that is not there, or another tenant’s, or does not fit', async () => {
    const id = await made();
    const stranger = await world.tenant();
    const sms = await made({ body: 'Hi' }, 'sms');
    const cases = [
      [tenant, { template: { id, version: 2 } }, 'plan.nodes[0].template', 'not_found'],
      [stranger, { template: { id, version: 1 } }, 'plan.nodes[0].template', 'not_found'],
      [tenant, { template: { id: sms, version: 1 } }, 'plan.nodes[0].channel', 'template_channel'],
      [
        tenant,
        { template: { id, version: 1 }, body: '<p>c</p>' },
        'plan.nodes[0].body',
        'template_and_content',
      ],
      [
        tenant,
        { template: { id: 'x', version: 1 }, ...HELLO },
        'plan.nodes[0].template.id',
        'invalid_value',
      ],
    ] as const;
    for (const [who, node, path, code] of cases) {
      const refused = await who.api.post('/v1/plans', { name: 'P', plan: planWith(node) });
      expect(refused.status).toBe(422);
      expect(refused.body['problems']).toMatchObject([{ path, code }]);
    }
  });

  test('runs as any other', async () => {
    const id = await made();
    const { campaign, contact } = await makeRows(tenant);
    const plan = await tenant.api.post('/v1/plans', {
      name: 'P',
      plan: planWith({ template: { id, version: 1 } }),
    });
    const { senderIdentityId } = (await tenant.api.get(`/v1/campaigns/${campaign}`)).body;
    const running = await tenant.api.post('/v1/campaigns', {
      name: 'C',
      planVersionId: plan.body['plan']?.['versions']?.[0]?.['id'],
      senderIdentityId,
    });
    const enrolled = await tenant.api.post(`/v1/campaigns/${running.body['id']}/enrollments`, {
      contactIds: [contact],
    });
    expect(enrolled.body['enrolled']).toHaveLength(1);
  });
});
