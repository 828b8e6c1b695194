import { describe, expect, it } from 'vitest';
import { parsePlan, templateReferences, withTemplates, type TemplateContent } from '../index.ts';

const ID = '0190b5a0-0000-7000-8000-00000000000a';
const MAIL: TemplateContent = { channel: 'email', subject: 'Hello', body: '<p>b</p>', text: 'b' };
const contents = new Map<string, TemplateContent>([
  [`${ID}/1`, MAIL],
  [`${ID}/2`, { channel: 'email', body: '<p>c</p>' }],
  [`${ID}/3`, { channel: 'sms', body: 'c' }],
]);

function planOf(node: object, ...others: object[]) {
  const nodes = [node, ...others].map((one, n) => ({
    id: `n${n}`,
    channel: 'email',
    action: 'send',
    transitions: n < others.length ? [{ on: 'no_open', to: `n${n + 1}` }] : [],
    ...one,
  }));
  return { version: '1.0', timezone: 'UTC', startNodeId: 'n0', nodes };
}

describe('a plan that names templates', () => {
  it('has their content, and stands by itself from then on', () => {
    const asked = planOf(
      { template: { id: ID.toUpperCase(), version: 1 } },
      { template: { id: ID, version: 2 }, threadWith: 'n0' },
      { template: { id: ID, version: 2 }, subject: 'My own' },
      { channel: 'sms', template: { id: ID, version: 3 } },
    );
    expect(templateReferences(asked)).toHaveLength(3);
    const { plan, problems } = withTemplates(asked, contents);
    expect(problems).toEqual([]);
    expect(plan).toMatchObject({
      nodes: [
        { subject: 'Hello', body: '<p>b</p>', text: 'b', template: { version: 1 } },
        { body: '<p>c</p>', threadWith: 'n0' },
        { body: '<p>c</p>', subject: 'My own' },
        { channel: 'sms', body: 'c' },
      ],
    });
    const parsed = parsePlan(plan);
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    // Once more, as it is exported.
    expect(withTemplates(plan, contents)).toEqual({ plan, problems: [] });
    expect(asked.nodes[0]).not.toHaveProperty('body');
  });

  it.each([
    [{ template: { id: ID, version: 4 } }, 'template', 'not_found'],
    [{ template: { id: ID, version: 3 } }, 'channel', 'template_channel'],
    [{ template: { id: ID, version: 1 }, body: '<p>x</p>' }, 'body', 'template_and_content'],
    [{ template: { id: ID, version: 1 }, subject: 'x' }, 'subject', 'template_and_content'],
  ])('is told what does not fit: %j', (node, key, code) => {
    const { problems } = withTemplates(planOf(node), contents);
    expect(problems).toMatchObject([{ path: `nodes[0].${key}`, code }]);
  });

  it.each([[null], [5], [{ nodes: 5 }], [{ nodes: [null, 5, { template: 5 }, { template: {} }] }]])(
    'is left to the schema where it is none: %j',
    (plan) => {
      expect(templateReferences(plan)).toEqual([]);
      expect(withTemplates(plan, contents)).toEqual({ plan, problems: [] });
      expect(parsePlan(plan).ok).toBe(false);
    },
  );

  it('is refused for a reference of another form', () => {
    const node = { subject: 's', body: '<p>b</p>', template: { id: 'mine', version: 0 } };
    const parsed = parsePlan(planOf(node));
    expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toEqual([
      'nodes[0].template.id',
      'nodes[0].template.version',
    ]);
  });
});
