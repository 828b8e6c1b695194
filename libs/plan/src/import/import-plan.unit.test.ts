import { describe, expect, it } from 'vitest';
import { importPlan, parsePlan } from '../index.ts';
import { planOf, send } from '../../test/support/plans.ts';

describe('importPlan', () => {
  it('rewrites what older plans write otherwise, and says so', () => {
    const older = {
      timezone: 'UTC',
      startNodeId: 'a',
      nodes: [
        send(
          'a',
          [
            { on: 'open', to: 'b' },
            { on: 'no_open', to: 'stop' },
          ],
          {
            subject: 'Hi {firstName} of {lead.name}',
            body: '<style>p{color:red} b { top }</style>{contact.email} {{lead.name}} {{{sender.signature}}} {nothing}',
          },
        ),
        send('b', [{ on: 'spam_report', to: 'stop' }]),
      ],
    };
    const { plan, changes } = importPlan(older);
    expect(plan).toMatchObject({
      version: '1.0',
      nodes: [
        {
          subject: 'Hi {{contact.firstName}} of {{lead.name}}',
          body: '<style>p{color:red} b { top }</style>{{contact.email}} {{lead.name}} {{{sender.signature}}} {nothing}',
          transitions: [
            { on: 'opened', to: 'b' },
            { on: 'no_open', to: 'stop' },
          ],
        },
        { transitions: [{ on: 'spamreport', to: 'stop' }] },
      ],
    });
    expect(changes).toEqual([
      { path: 'version', from: '(missing)', to: '1.0' },
      { path: 'nodes[0].subject', from: '{firstName}', to: '{{contact.firstName}}' },
      { path: 'nodes[0].subject', from: '{lead.name}', to: '{{lead.name}}' },
      { path: 'nodes[0].body', from: '{contact.email}', to: '{{contact.email}}' },
      { path: 'nodes[0].transitions[0].on', from: 'open', to: 'opened' },
      { path: 'nodes[1].transitions[0].on', from: 'spam_report', to: 'spamreport' },
    ]);
    expect(parsePlan(plan).ok).toBe(true);
    expect(older).not.toHaveProperty('version');
  });

  it.each([null, 7, 'plan', [], { nodes: 3 }, { nodes: [null, { transitions: [4, { on: {} }] }] }])(
    'leaves %j to parsePlan',
    (input) => {
      expect(parsePlan(importPlan(input).plan).ok).toBe(false);
    },
  );

  it.each(['{{firstName}', '{firstName}}', '{{firstName}}', '{ color: red }'])(
    'lets %s stand',
    (subject) => {
      const plan = planOf([send('a', [], { subject })]);
      expect(importPlan(plan)).toEqual({ plan, changes: [] });
    },
  );

  it('changes nothing of a plan of today', () => {
    const today = planOf([send('a', [{ on: 'opened', to: 'stop' }])]);
    expect(importPlan(today)).toEqual({ plan: today, changes: [] });
  });
});
