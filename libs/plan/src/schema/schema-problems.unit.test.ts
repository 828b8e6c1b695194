import { describe, expect, test } from 'vitest';
import { parsePlan } from '../validate/parse-plan.ts';
import { one, plain, planOf, send, wait } from '../../test/support/plans.ts';
import { refuses } from '../../test/support/refusals.ts';

const TRIGGERS =
  'delivered, opened, clicked, replied, bounced, blocked, dropped, spamreport, unsubscribed, no_open, no_click, no_reply, skipped';
const stop = { on: 'bounced', to: 'stop' };

describe('all problems of form at once', () => {
  const codes = (plan: unknown) => {
    const parsed = parsePlan(plan);
    return parsed.ok ? [] : parsed.problems.map(({ path, code }) => `${path} ${code}`);
  };

  test.each<[name: string, plan: unknown, expected: readonly string[]]>([
    [
      'beside an "on" that is none',
      one({ transitions: [{ on: 'open', to: '', within: '3 days', actor: 'me', whithin: 1 }] }),
      ['on', 'to', 'within', 'actor'].map((key) => `nodes[0].transitions[0].${key} invalid_value`),
    ],
    [
      'beside an "action" that is none',
      one({ action: 'sned', channel: 'fax', schedule: { delay: '3 days' }, transitions: 7 }),
      [
        'nodes[0].action invalid_value',
        'nodes[0].channel invalid_value',
        'nodes[0].transitions invalid_type',
        'nodes[0].schedule.delay invalid_value',
      ],
    ],
    [
      'a subject that is missing because its key is misspelt',
      one({ subject: undefined, subjct: 'Hello' }),
      ['nodes[0].subjct unknown_key', 'nodes[0].subject required'],
    ],
    [
      'a subject that is missing beside a body that is',
      one({ subject: undefined, body: undefined }),
      ['nodes[0].body required', 'nodes[0].subject required'],
    ],
    [
      'a subject that is not needed in a thread',
      one({ subject: undefined, threadWith: 'a', bodi: 'x' }),
      ['nodes[0].bodi unknown_key'],
    ],
  ])('%s', (_name, plan, expected) => {
    expect(codes(plan)).toEqual(expected);
  });
});

refuses('plans of another form', [
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
    'misspelt key',
    plain({ quitHours: 1 }),
    'quitHours',
    'unknown_key',
    '"quitHours" is not a key of Plan 1.0 here (did you mean "quietHours"?)',
  ],
  [
    'misspelt key of a schedule',
    one({ schedule: { delay: 'P1D', maxLatenes: 'P1D' } }),
    'nodes[0].schedule.maxLatenes',
    'unknown_key',
    '"maxLatenes" is not a key of Plan 1.0 here (did you mean "maxLateness"?)',
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
    one({ channel: 'fax' }),
    'nodes[0].channel',
    'invalid_value',
    '"fax": expected "email" or "sms"',
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
]);
