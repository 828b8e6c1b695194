import { describe, expect, it } from 'vitest';
import { parsePlan } from '../index.ts';
import { one, plain, planOf, send, wait, type Json } from '../../test/support/plans.ts';

const SENDER = '0190f2b0-0000-7000-8000-000000000001';
const body = (text: string): Json => one({ body: text });

describe('parsePlan refuses', () => {
  it('a plan and says everything that is wrong with it at once', () => {
    const parsed = parsePlan(
      planOf(
        [
          send('a', [
            { on: 'no_open', to: 'x' },
            { on: 'no_click', to: 'y' },
          ]),
          send('a'),
        ],
        {
          startNodeId: 'q',
          quietHours: { start: '08:00', end: '08:00' },
        },
      ),
    );
    expect(parsed.ok ? [] : parsed.problems.map(({ code }) => code)).toEqual([
      'duplicate_node_id',
      'missing_start_node',
      'missing_target',
      'missing_target',
      'no_time_left',
    ]);
  });

  it('a plan that refers to itself, without throwing', () => {
    const plan: Json = planOf([send('a')]);
    plan['self'] = plan;
    expect(parsePlan(plan)).toMatchObject({ ok: false, problems: [{ code: 'not_json' }] });
  });
});

/** A valid plan, and the path and code of its one warning. */
const odd: [name: string, plan: unknown, path: string, code: string][] = [
  [
    'waiting for ever',
    planOf([send('a', [{ on: 'opened', to: 'b' }]), send('b')]),
    'nodes[0].transitions[0]',
    'waits_forever',
  ],
  [
    'waiting for nothing',
    planOf([send('a', [{ on: 'no_open', to: 'w' }]), wait('w', [{ on: 'clicked', to: 'stop' }])]),
    'nodes[1]',
    'waits_for_nothing',
  ],
  [
    'threading with what comes later',
    planOf([send('a', [{ on: 'no_open', to: 'b' }], { threadWith: 'b' }), send('b')]),
    'nodes[0].threadWith',
    'thread_with_never_sent',
  ],
  [
    'threading with itself where nothing leads back',
    one({ threadWith: 'a' }),
    'nodes[0].threadWith',
    'thread_with_never_sent',
  ],
  [
    'another sender in a thread',
    planOf([
      send('a', [{ on: 'no_open', to: 'b' }]),
      send('b', [], { threadWith: 'a', senderIdentityId: SENDER }),
    ]),
    'nodes[1].senderIdentityId',
    'thread_keeps_sender',
  ],
  [
    'a time in the quiet hours',
    planOf([send('a', [], { schedule: { delay: 'PT0S', at: '22:00' } })], {
      quietHours: { start: '21:00', end: '07:00' },
    }),
    'nodes[0].schedule.at',
    'at_never_allowed',
  ],
];

describe('parsePlan warns of', () => {
  it.each(odd)('%s', (_, plan, path, code) => {
    const parsed = parsePlan(plan);
    expect(parsed.ok && parsed.warnings).toMatchObject([{ path, code }]);
  });
});

describe('parsePlan accepts', () => {
  it.each([
    [
      'a cycle bounded on one of its nodes',
      planOf([
        send('a', [{ on: 'no_open', to: 'b' }]),
        send('b', [{ on: 'no_open', to: 'a' }], { maxVisits: 2 }),
      ]),
    ],
    [
      'ids that objects have already',
      planOf([send('__proto__', [{ on: 'no_open', to: 'constructor' }]), send('constructor')]),
    ],
    [
      'threads, without a subject of their own or with one, and the sender named in each',
      planOf([
        send('a', [{ on: 'no_open', to: 'b' }], { senderIdentityId: SENDER }),
        send('b', [{ on: 'no_open', to: 'c' }], {
          threadWith: 'a',
          subject: undefined,
          senderIdentityId: SENDER,
        }),
        send('c', [], { threadWith: 'b', senderIdentityId: SENDER }),
      ]),
    ],
    [
      'a thread of a node with itself, on a later visit',
      planOf([send('a', [{ on: 'no_open', to: 'a' }], { maxVisits: 3, threadWith: 'a' })]),
    ],
    ['a missing after', planOf([send('a', [{ on: 'no_reply', to: 'stop' }])])],
    [
      'a window to midnight',
      plain({ sendWindow: { days: ['sun'], start: '00:00', end: '24:00' } }),
    ],
    [
      'all blocks',
      body(
        '{{#if contact.title}}{{contact.title}}{{else if lead.name}}x{{else}}y{{/if}}{{#each contact.custom.tags}}{{this}} {{@index}} {{name}}{{/each}}{{#with lead}}{{name}}{{/with}}{{#unless contact.phone}}-{{/unless}}',
      ),
    ],
    [
      'comments, helpers, literals and style rules',
      body(
        '{{! {{x}} }}{{!-- {{nope}} --}}<style>a{color:red}</style>{{default contact.firstName "you"}} {{unsubscribeUrl}} {{~ sender.signature ~}}',
      ),
    ],
  ])('%s', (_, plan) => {
    expect(parsePlan(plan)).toMatchObject({ ok: true, warnings: [] });
  });
});
