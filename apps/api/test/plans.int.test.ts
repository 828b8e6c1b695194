import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLAN } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

describe('plans', () => {
  test('are checked without being kept', async () => {
    const { api } = await world.tenant();
    const good = await api.post('/v1/plans/validate', PLAN);
    expect(good.body).toMatchObject({ valid: true, problems: [] });
    const bad = await api.post('/v1/plans/validate', { ...PLAN, startNodeId: 'nowhere' });
    expect(bad.status).toBe(200);
    expect(bad.body).toMatchObject({ valid: false, problems: [{ path: 'startNodeId' }] });
    const waits = {
      ...PLAN,
      nodes: [
        { ...PLAN.nodes[0], transitions: [{ on: 'opened', to: 'bump' }] },
        { ...PLAN.nodes[1] },
      ],
    };
    const warned = await api.post('/v1/plans/validate', waits);
    expect(warned.body['valid']).toBe(true);
    expect(warned.body['warnings']).not.toHaveLength(0);
    expect((await api.get('/v1/plans')).body['items']).toHaveLength(0);
  });

  test('are kept with numbered versions, the same content once', async () => {
    const { api } = tenant;
    const created = await api.post('/v1/plans', { name: 'First', plan: PLAN });
    expect(created.status).toBe(201);
    const planId = String(created.body['plan']?.['id']);
    expect(created.body).toMatchObject({
      plan: { name: 'First', versions: [{ version: 1, planId }] },
    });

    // Keys in another order are the same content.
    const { nodes, ...rest } = PLAN;
    const same = await api.post(`/v1/plans/${planId}/versions`, { plan: { nodes, ...rest } });
    expect(same.status).toBe(200);
    expect(same.body['version']).toEqual(created.body['plan']?.['versions']?.[0]);

    const changed = { ...PLAN, timezone: 'Asia/Kathmandu' };
    const second = await api.post(`/v1/plans/${planId}/versions`, { plan: changed });
    expect(second.status).toBe(201);
    expect(second.body['version']).toMatchObject({ version: 2 });
    const hash = second.body['version']?.['planHash'];
    expect(hash).toMatch(/^[0-9a-f]{64}$/);

    const read = await api.get(`/v1/plans/${planId}`);
    expect(read.body['versions']).toMatchObject([{ version: 2, planHash: hash }, { version: 1 }]);
    const first = await api.get(`/v1/plans/${planId}/versions/1`);
    expect(first.body['plan']).toEqual(PLAN);
    const exported = await api.get(`/v1/plans/${planId}/export`);
    expect(exported.body).toEqual(changed);
    expect(exported.headers.get('content-disposition')).toContain(`plan-${planId}.json`);
    expect((await api.get('/v1/plans')).body).toMatchObject({ items: [{ id: planId }] });
  });

  test('whose versions two clients add at once number them one after the other', async () => {
    const { api } = tenant;
    const created = await api.post('/v1/plans', { name: 'Raced', plan: PLAN });
    const path = `/v1/plans/${created.body['plan']?.['id']}/versions`;
    const plans = ['Europe/Paris', 'Europe/Rome', 'Europe/Paris', 'Europe/Oslo'];
    const answers = await Promise.all(
      plans.map((timezone) => api.post(path, { plan: { ...PLAN, timezone } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201, 201, 201]);
    const versions = answers.map(({ body }) => Number(body['version']?.['version']));
    expect([...new Set(versions)].sort()).toEqual([2, 3, 4]);
  });

  test('of the older form are rewritten, and it is said how', async () => {
    const imported = await tenant.api.post('/v1/plans/import', {
      name: 'Old',
      plan: {
        ...PLAN,
        version: undefined,
        nodes: [
          {
            ...PLAN.nodes[0],
            subject: '{firstName}, a question',
            transitions: [{ on: 'open', to: 'bump', within: 'PT72H' }],
          },
          PLAN.nodes[1],
        ],
      },
    });
    expect(imported.status).toBe(201);
    expect(imported.body['changes']).toMatchObject([
      { path: 'version', to: '1.0' },
      { path: 'nodes[0].subject', from: '{firstName}', to: '{{contact.firstName}}' },
      { path: 'nodes[0].transitions[0].on', from: 'open', to: 'opened' },
    ]);
    const exported = await tenant.api.get(`/v1/plans/${imported.body['plan']?.['id']}/export`);
    expect(exported.body).toMatchObject({ version: '1.0', nodes: [{ id: 'intro' }, {}] });
  });

  test.each([
    ['an unknown helper', { subject: '{{shout contact.firstName}}' }, 'subject', 'shout'],
    ['an unescaped value', { body: '<p>{{{contact.firstName}}}</p>' }, 'body', 'expected {{ }}'],
    ['a value in a style', { body: '<p style="{{contact.title}}">x</p>' }, 'body', 'style'],
    ['a script', { body: '<script>x</script>' }, 'body', 'expected HTML without <script>'],
    ['an open block', { text: '{{#if contact.title}}x{{else}}' }, 'text', 'expected {{/if}}'],
  ])('with %s in a template are refused at every door', async (_, template, key, message) => {
    const { api } = await world.tenant();
    const created = await api.post('/v1/plans', { name: 'Good', plan: PLAN });
    const planId = String(created.body['plan']?.['id']);
    const plan = { ...PLAN, nodes: [PLAN.nodes[0], { ...PLAN.nodes[1], ...template }] };
    const problem = (path: string) => ({
      path: `${path}nodes[1].${key}`,
      message: expect.stringContaining(message) as string,
    });

    const checked = await api.post('/v1/plans/validate', plan);
    expect(checked.body).toMatchObject({ valid: false, problems: [problem('')] });
    for (const [path, body] of [
      ['/v1/plans', { name: 'Bad', plan }],
      ['/v1/plans/import', { name: 'Bad', plan }],
      [`/v1/plans/${planId}/versions`, { plan }],
    ] as const) {
      const refused = await api.post(path, body);
      expect([refused.status, refused.body.problems]).toMatchObject([422, [problem('plan.')]]);
    }
    expect((await api.get('/v1/plans')).body['items']).toHaveLength(1);
    expect((await api.get(`/v1/plans/${planId}`)).body['versions']).toHaveLength(1);
  });

  test('name sender identities of their own tenant', async () => {
    const other = await world.tenant();
    const foreign = await other.api.post('/v1/sender-identities', {
      email: 'x@example.com',
      name: 'X',
    });
    const plan = {
      ...PLAN,
      nodes: [{ ...PLAN.nodes[0], senderIdentityId: foreign.body['id'] }, PLAN.nodes[1]],
    };
    const refused = await tenant.api.post('/v1/plans', { name: 'P', plan });
    expect(refused.status).toBe(422);
    expect(refused.body['problems']).toMatchObject([
      { path: 'plan.nodes[0].senderIdentityId', code: 'not_found' },
    ]);
    expect((await other.api.post('/v1/plans', { name: 'P', plan })).status).toBe(201);
  });
});
