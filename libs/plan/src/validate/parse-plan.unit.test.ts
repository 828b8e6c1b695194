import { describe, expect, it } from 'vitest';
import { parsePlan } from '../index.ts';
import { planOf, send, wait, type Json } from '../../test/support/plans.ts';

const stop = { on: 'bounced', to: 'stop' };
const DURATION =
  'expected an ISO 8601 duration in weeks, days, hours, minutes and seconds, such as PT72H or P1D';
const TRIGGERS =
  'delivered, opened, clicked, replied, bounced, blocked, dropped, spamreport, unsubscribed, no_open, no_click, no_reply, skipped';
const one = (more: Json, transitions: Json[] = []): Json => planOf([send('a', transitions, more)]);
const plain = (more: Json): Json => planOf([send('a')], more);
const SENDER = '0190f2b0-0000-7000-8000-000000000001';
const body = (text: string): Json => one({ body: text });

/** A bad plan, and the path, code and message of its one problem. */
const bad: [name: string, plan: unknown, path: string, code: string, message: string][] = [
  ['no plan', 7, '', 'invalid_type', '7: expected a plan object'],
  ['not JSON', undefined, '', 'not_json', 'expected a plan object as JSON can express it'],
  [
    'too large',
    plain({ name: 'x'.repeat(1024 * 1024) }),
    '',
    'too_long',
    '1048735 bytes of JSON: expected at most 1048576',
  ],
  [
    'another version',
    plain({ version: '2.0' }),
    'version',
    'invalid_value',
    '"2.0": expected "1.0"',
  ],
  ['no version', plain({ version: undefined }), 'version', 'required', 'missing: expected "1.0"'],
  [
    'unknown key',
    plain({ nodez: 1 }),
    'nodez',
    'unknown_key',
    '"nodez" is not a key of Plan 1.0 here',
  ],
  [
    'no zone',
    plain({ timezone: undefined }),
    'timezone',
    'required',
    'missing: expected an IANA time zone such as Europe/Berlin',
  ],
  [
    'unknown zone',
    plain({ timezone: 'Mars/Olympus' }),
    'timezone',
    'invalid_value',
    '"Mars/Olympus": expected an IANA time zone such as Europe/Berlin',
  ],
  [
    'an offset for a zone',
    plain({ timezone: '+02:00' }),
    'timezone',
    'invalid_value',
    '"+02:00": expected an IANA time zone such as Europe/Berlin',
  ],
  [
    'no nodes',
    { ...plain({}), nodes: [] },
    'nodes',
    'too_few',
    '0 items: expected at least one node',
  ],
  [
    'too many nodes',
    planOf(Array.from({ length: 201 }, (_, i) => send(`n${i}`))),
    'nodes',
    'too_many',
    '201 items: expected at most 200 nodes',
  ],
  [
    'bad id',
    planOf([send('a b')], { startNodeId: 'x' }),
    'nodes[0].id',
    'invalid_value',
    '"a b": expected 1 to 64 letters, digits, "_" and "-"',
  ],
  [
    'another channel',
    one({ channel: 'sms' }),
    'nodes[0].channel',
    'invalid_value',
    '"sms": expected "email"',
  ],
  [
    'another action',
    one({ action: 'call' }),
    'nodes[0].action',
    'invalid_value',
    '"call": expected "send" or "wait"',
  ],
  [
    'send without subject',
    one({ subject: undefined }),
    'nodes[0].subject',
    'required',
    'missing: expected a subject, or "threadWith"',
  ],
  [
    'send without body',
    one({ body: undefined }),
    'nodes[0].body',
    'required',
    'missing: expected a template',
  ],
  [
    'empty body',
    one({ body: ' ' }),
    'nodes[0].body',
    'invalid_value',
    '" ": expected a template that is not empty',
  ],
  [
    'long subject',
    one({ subject: 'x'.repeat(999) }),
    'nodes[0].subject',
    'too_long',
    `"${'x'.repeat(56)}…: expected at most 998 characters`,
  ],
  [
    'subject of two lines',
    one({ subject: 'a\nb' }),
    'nodes[0].subject',
    'invalid_value',
    '"a\nb": expected a single line',
  ],
  [
    'large body',
    one({ body: 'é'.repeat(131073) }),
    'nodes[0].body',
    'too_long',
    `"${'é'.repeat(56)}…: expected at most 262144 bytes`,
  ],
  [
    'sender that is no UUID',
    one({ senderIdentityId: 'me' }),
    'nodes[0].senderIdentityId',
    'invalid_value',
    '"me": expected a UUID',
  ],
  [
    'tracking that is no flag',
    one({ openTracking: 'yes' }),
    'nodes[0].openTracking',
    'invalid_type',
    '"yes": expected true or false',
  ],
  [
    'too many visits',
    one({ maxVisits: 101 }),
    'nodes[0].maxVisits',
    'out_of_range',
    '101: expected a whole number from 1 to 100',
  ],
  [
    'too many transitions',
    one(
      {},
      Array.from({ length: 21 }, () => stop),
    ),
    'nodes[0].transitions',
    'too_many',
    '21 items: expected at most 20 transitions',
  ],
  [
    'delay in months',
    one({ schedule: { delay: 'P1M' } }),
    'nodes[0].schedule.delay',
    'invalid_value',
    `"P1M": ${DURATION}`,
  ],
  [
    'delay in years',
    one({ schedule: { delay: 'P1Y' } }),
    'nodes[0].schedule.delay',
    'invalid_value',
    `"P1Y": ${DURATION}`,
  ],
  [
    'negative delay',
    one({ schedule: { delay: '-PT1H' } }),
    'nodes[0].schedule.delay',
    'invalid_value',
    `"-PT1H": ${DURATION}`,
  ],
  [
    'fraction of hours',
    one({ schedule: { delay: 'PT1.5H' } }),
    'nodes[0].schedule.delay',
    'invalid_value',
    `"PT1.5H": ${DURATION}`,
  ],
  [
    'bad time of day',
    one({ schedule: { delay: 'PT0S', at: '25:00' } }),
    'nodes[0].schedule.at',
    'invalid_value',
    '"25:00": expected a time of day such as 07:30',
  ],
  [
    'an event of another name',
    one({}, [{ on: 'open', to: 'stop' }]),
    'nodes[0].transitions[0].on',
    'invalid_value',
    `"open": expected one of ${TRIGGERS}`,
  ],
  [
    'after on an event',
    one({}, [{ on: 'opened', to: 'stop', after: 'P1D' }]),
    'nodes[0].transitions[0].after',
    'after_on_event',
    '"after" belongs to timers, and "opened" is none: expected "within"',
  ],
  [
    'within on a timer',
    one({}, [{ on: 'no_open', to: 'stop', within: 'P1D' }]),
    'nodes[0].transitions[0].within',
    'within_on_timer',
    '"within" belongs to events, and "no_open" is none: expected "after"',
  ],
  [
    'actor of a bounce',
    one({}, [{ ...stop, actor: 'any' }]),
    'nodes[0].transitions[0].actor',
    'actor_not_applicable',
    '"bounced" has no actor: expected "actor" with opened, clicked, no_open, no_click alone',
  ],
  [
    'subject of a wait',
    planOf([send('a', [{ on: 'no_open', to: 'w' }]), wait('w', [], { subject: 'x' })]),
    'nodes[1].subject',
    'send_only_key',
    '"subject" belongs to a send node, and a wait node sends nothing',
  ],
  [
    'schedule of a wait',
    planOf([
      send('a', [{ on: 'no_open', to: 'w' }]),
      wait('w', [], { schedule: { delay: 'P1D' } }),
    ]),
    'nodes[1].schedule',
    'send_only_key',
    '"schedule" belongs to a send node, and a wait node sends nothing',
  ],
  [
    'missing start',
    plain({ startNodeId: 'z' }),
    'startNodeId',
    'missing_start_node',
    '"z": expected the id of a node',
  ],
  [
    'a wait to start with',
    planOf([wait('a', [stop])]),
    'startNodeId',
    'start_is_wait',
    '"a" is a wait node, with no message to wait for: expected a send node',
  ],
  [
    'one id twice',
    planOf([send('a'), send('a')]),
    'nodes[1].id',
    'duplicate_node_id',
    '"a" is the id of nodes[0] already: expected an id of its own',
  ],
  [
    'stop for an id',
    planOf([send('a', [{ on: 'no_open', to: 'stop' }]), send('stop')]),
    'nodes[1].id',
    'reserved_id',
    '"stop" ends an enrollment: expected another id',
  ],
  [
    'missing target',
    one({}, [{ on: 'no_open', to: 'b' }]),
    'nodes[0].transitions[0].to',
    'missing_target',
    '"b": expected the id of a node, or "stop"',
  ],
  [
    'a target of Object.prototype',
    one({}, [{ on: 'no_open', to: 'constructor' }]),
    'nodes[0].transitions[0].to',
    'missing_target',
    '"constructor": expected the id of a node, or "stop"',
  ],
  [
    'two matches for one input',
    one({}, [stop, stop]),
    'nodes[0].transitions[1].on',
    'duplicate_transition',
    '"bounced" has a transition in "a" already: expected one',
  ],
  [
    'missing thread',
    one({ threadWith: 'b' }),
    'nodes[0].threadWith',
    'missing_target',
    '"b": expected the id of a send node',
  ],
  [
    'thread with a wait',
    planOf([
      send('a', [{ on: 'no_open', to: 'w' }]),
      wait('w', [{ on: 'no_click', to: 'b' }]),
      send('b', [], { threadWith: 'w' }),
    ]),
    'nodes[2].threadWith',
    'thread_with_wait',
    '"w" is a wait node: expected the id of a send node',
  ],
  [
    'threads in a circle without a subject',
    planOf([
      send('a', [{ on: 'no_open', to: 'b' }], { threadWith: 'b', subject: undefined }),
      send('b', [], { threadWith: 'a' }),
      send('c', [], { threadWith: 'c', subject: undefined }),
    ]),
    'nodes[2].subject',
    'thread_without_subject',
    'no message that "c" continues has a subject: expected one',
  ],
  [
    'unreachable node',
    planOf([send('a'), send('b')]),
    'nodes[1].id',
    'unreachable_node',
    '"b": expected a way to it from "a"',
  ],
  [
    'endless cycle',
    planOf([send('a', [{ on: 'no_open', to: 'b' }]), send('b', [{ on: 'no_open', to: 'a' }])]),
    'nodes[0]',
    'unbounded_cycle',
    'a → b → a can go round for ever: expected maxVisits on a node of it',
  ],
  [
    'cycle in no time',
    planOf([send('a', [{ on: 'no_open', to: 'a', after: 'PT0S' }], { maxVisits: 3 })]),
    'nodes[0]',
    'zero_time_cycle',
    'a → a can go round in no time: expected a delay, or an "after" above zero, on it',
  ],
  [
    'cycle by deliveries',
    planOf([send('a', [{ on: 'delivered', to: 'a' }], { maxVisits: 3 })]),
    'nodes[0]',
    'zero_time_cycle',
    'a → a can go round in no time: expected a delay, or an "after" above zero, on it',
  ],
  [
    'no_open without tracking',
    one({ openTracking: false }, [{ on: 'no_open', to: 'stop' }]),
    'nodes[0].transitions[0].on',
    'tracking_off',
    '"no_open" listens to the message of "a", whose opens are not tracked: expected openTracking true',
  ],
  [
    'clicks without tracking, in the plan',
    planOf([send('a', [{ on: 'clicked', to: 'stop' }])], { clickTracking: false }),
    'nodes[0].transitions[0].on',
    'tracking_off',
    '"clicked" listens to the message of "a", whose clicks are not tracked: expected clickTracking true',
  ],
  [
    'a wait entered from an untracked message',
    planOf([
      send('a', [{ on: 'no_reply', to: 'v' }], { clickTracking: false }),
      wait('v', [{ on: 'no_open', to: 'w' }]),
      wait('w', [{ on: 'no_click', to: 'stop' }]),
    ]),
    'nodes[2].transitions[0].on',
    'tracking_off',
    '"no_click" listens to the message of "a", whose clicks are not tracked: expected clickTracking true',
  ],
  [
    'quiet all day',
    plain({ quietHours: { start: '08:00', end: '08:00' } }),
    'quietHours',
    'no_time_left',
    '08:00 to 08:00 leaves no time to send: expected an end other than the start',
  ],
  [
    'a window that never opens',
    plain({
      quietHours: { start: '20:00', end: '08:00' },
      sendWindow: { days: ['mon'], start: '06:00', end: '08:00' },
    }),
    'sendWindow',
    'window_never_open',
    '06:00 to 08:00 lies within the quiet hours, 20:00 to 08:00: expected some time outside them',
  ],
  [
    'a backward window',
    one({ schedule: { delay: 'PT0S', window: { days: ['mon'], start: '17:00', end: '09:00' } } }),
    'nodes[0].schedule.window.end',
    'empty_window',
    '"09:00": expected a time after the start, "17:00"',
  ],
  [
    'a weekday twice',
    plain({ sendWindow: { days: ['mon', 'mon'], start: '06:00', end: '08:00' } }),
    'sendWindow.days[1]',
    'duplicate_day',
    '"mon" is in the list already: expected each weekday once',
  ],
  [
    'an unknown weekday',
    plain({ sendWindow: { days: ['Monday'], start: '06:00', end: '08:00' } }),
    'sendWindow.days[0]',
    'invalid_value',
    '"Monday": expected one of mon, tue, wed, thu, fri, sat, sun',
  ],
  [
    'unknown variable',
    one({ subject: '{{contact.first_name}}' }),
    'nodes[0].subject',
    'unknown_variable',
    '{{contact.first_name}}: expected a known variable, did you mean {{contact.firstName}}?',
  ],
  [
    'unknown variable in a condition',
    body('{{#if contact.vip}}x{{/if}}'),
    'nodes[0].body',
    'unknown_variable',
    '{{contact.vip}}: expected a known variable, such as {{contact.firstName}}',
  ],
  [
    'unknown variable of a helper',
    one({ text: '{{default nickname "you"}}' }),
    'nodes[0].text',
    'unknown_variable',
    '{{nickname}}: expected a known variable, such as {{contact.firstName}}',
  ],
  [
    'a partial',
    body('{{> footer}}'),
    'nodes[0].body',
    'template_syntax',
    '{{> footer}}: expected a variable or a block (no partials, no decorators)',
  ],
  [
    'an unknown block',
    body('{{#when contact.email}}x{{/when}}'),
    'nodes[0].body',
    'template_syntax',
    '{{#when contact.email}}: expected one of the blocks if, unless, each, with',
  ],
  [
    'an expression without an end',
    body('Hi {{contact.email'),
    'nodes[0].body',
    'template_syntax',
    '"{{" without an end: expected "}}"',
  ],
  [
    'a block without an end',
    body('{{#if contact.email}}x'),
    'nodes[0].body',
    'template_syntax',
    '{{#if}} without an end: expected {{/if}}',
  ],
  [
    'blocks across each other',
    body('{{#if contact.email}}x{{/each}}'),
    'nodes[0].body',
    'template_syntax',
    '{{/each}}: expected {{/if}}',
  ],
];

describe('parsePlan refuses', () => {
  it.each(bad)('%s', (_, plan, path, code, message) => {
    expect(parsePlan(plan)).toEqual({ ok: false, problems: [{ path, code, message }] });
  });

  it('and says everything that is wrong at once', () => {
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
