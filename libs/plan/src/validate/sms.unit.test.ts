import { describe, expect, it } from 'vitest';
import { parsePlan } from '../index.ts';

const sms = (over: Record<string, unknown> = {}) => ({
  id: 'text',
  channel: 'sms',
  action: 'send',
  body: 'Hello {{default contact.firstName "you"}}, {{campaign.name}}. STOP to opt out',
  transitions: [],
  ...over,
});
const plan = (...nodes: readonly Record<string, unknown>[]) => ({
  version: '1.0',
  timezone: 'UTC',
  startNodeId: nodes[0]?.['id'],
  nodes,
});

function problems(...nodes: readonly Record<string, unknown>[]): string[] {
  const parsed = parsePlan(plan(...nodes));
  return parsed.ok ? [] : parsed.problems.map(({ path, code }) => `${path} ${code}`);
}

function warnings(...nodes: readonly Record<string, unknown>[]) {
  const parsed = parsePlan(plan(...nodes));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.warnings;
}

describe('a node that sends an SMS', () => {
  it('has a body, and no subject', () => {
    const parsed = parsePlan(plan(sms()));
    expect(parsed).toMatchObject({ ok: true, warnings: [], plan: { channels: ['sms'] } });
    expect(parsed.ok && parsed.plan.nodes['text']).toMatchObject({
      channel: 'sms',
      subject: '',
      openTracking: false,
      clickTracking: false,
    });
  });

  it.each(['subject', 'text', 'threadWith', 'openTracking', 'clickTracking'])(
    'has no %s',
    (key) => {
      const value = key.endsWith('Tracking') ? true : 'text';
      expect(problems(sms({ [key]: value }))).toEqual([`nodes[0].${key} email_only_key`]);
    },
  );

  it.each(['opened', 'no_open', 'clicked', 'no_click'])('hears of no %s', (on) => {
    expect(problems(sms({ transitions: [{ on, to: 'stop' }] }))).toEqual([
      'nodes[0].transitions[0].on not_for_sms',
    ]);
  });

  it.each(['delivered', 'bounced', 'replied', 'no_reply', 'unsubscribed'])('hears of %s', (on) => {
    expect(problems(sms({ transitions: [{ on, to: 'stop' }] }))).toEqual([]);
  });

  it('tells a wait node of nothing that it does not hear of', () => {
    const wait = {
      id: 'wait',
      channel: 'sms',
      action: 'wait',
      transitions: [{ on: 'no_open', to: 'stop' }],
    };
    expect(problems(sms({ transitions: [{ on: 'delivered', to: 'wait' }] }), wait)).toEqual([
      'nodes[1].transitions[0].on not_for_sms',
    ]);
  });

  it('is continued by no mail', () => {
    const mail = {
      id: 'mail',
      channel: 'email',
      action: 'send',
      body: '<p>Hello</p>',
      threadWith: 'text',
      transitions: [],
    };
    expect(problems(sms({ transitions: [{ on: 'no_reply', to: 'mail' }] }), mail)).toEqual([
      'nodes[1].threadWith thread_with_sms',
    ]);
  });

  it.each(['unsubscribeUrl', 'contact.email', 'sender.email', 'sender.signature'])(
    'has no %s',
    (name) => {
      const told = ['nodes[0].body email_only_variable'];
      expect(problems(sms({ body: `Hello {{${name}}}` }))).toEqual(told);
      expect(problems(sms({ body: `{{#if ${name}}}Hello{{/if}}` }))).toEqual(told);
      expect(problems(sms({ body: `Hello {{default contact.firstName "${name}"}}` }))).toEqual([]);
    },
  );

  it('takes at most 10 segments', () => {
    const body = (units: number) => sms({ body: `${'a'.repeat(units)}{{contact.firstName}}` });
    expect(problems(body(1_530))).toEqual([]);
    expect(problems(body(1_531))).toEqual(['nodes[0].body sms_too_long']);
    const either = (units: number) => `{{#if lead.name}}${'a'.repeat(units)}{{else}}b{{/if}}`;
    expect(problems(sms({ body: either(1_531) }))).toEqual([]);
  });

  it('is warned of where it takes more than 3', () => {
    expect(warnings(sms({ body: 'a'.repeat(459) }))).toEqual([]);
    expect(warnings(sms({ body: 'a'.repeat(460) }))).toMatchObject([
      { path: 'nodes[0].body', code: 'sms_many_segments' },
    ]);
    expect(warnings(sms({ body: `${'a'.repeat(250)}’` }))).toMatchObject([
      { message: expect.stringContaining('4 segments') },
    ]);
    expect(warnings(sms({ body: `${'a'.repeat(250)}’` }))[0]?.message).toContain('"’"');
  });
});
