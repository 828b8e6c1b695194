import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows, PLAN, type Rows } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
let rows: Rows;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
  rows = await makeRows(tenant);
});
afterAll(() => world.close());

type Case = readonly [
  name: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body: unknown,
  status: number,
  problems: readonly (readonly [path: string, code: string, message: string])[],
];

const ADDRESS = 'expected an e-mail address such as jo@example.com';
const id = newId();
const intro = { ...PLAN.nodes[0] };

const CASES: readonly Case[] = [
  // Contacts
  [
    'no body',
    'POST',
    '/contacts',
    undefined,
    400,
    [['', 'required', 'missing: expected an object']],
  ],
  [
    'a name with NUL',
    'POST',
    '/inbound-tokens',
    { name: 'a\u0000b' },
    400,
    [['name', 'invalid_value', '"a\u0000b": expected one line without control characters']],
  ],
  ['a list', 'POST', '/contacts', [], 400, [['', 'invalid_type', '0 items: expected an object']]],
  ['no address', 'POST', '/contacts', {}, 400, [['email', 'required', 'missing: expected a text']]],
  [
    'a bad address',
    'POST',
    '/contacts',
    { email: 'jo@' },
    400,
    [['email', 'invalid_address', `"jo@": ${ADDRESS}`]],
  ],
  [
    'an address of a number',
    'POST',
    '/contacts',
    { email: 7 },
    400,
    [['email', 'invalid_type', '7: expected a text']],
  ],
  [
    'an unknown key',
    'POST',
    '/contacts',
    { email: 'a@b.example', mail: 'x' },
    400,
    [['mail', 'unknown_key', '"mail" is not known here']],
  ],
  [
    'several mistakes',
    'POST',
    '/contacts',
    { email: 'a@b.example', timezone: 'Berlin', phone: '12', firstName: ' ', title: 'a\u0000b' },
    400,
    [
      ['phone', 'invalid_phone', '"12": expected a phone number with its country code'],
      ['firstName', 'too_short', '" ": expected a text that is not empty'],
      ['title', 'invalid_value', 'expected one line without control characters'],
      [
        'timezone',
        'unknown_timezone',
        '"Berlin": expected an IANA time zone such as Europe/Berlin',
      ],
    ],
  ],
  [
    'a long name',
    'POST',
    '/contacts',
    { email: 'a@b.example', lastName: 'x'.repeat(201) },
    400,
    [['lastName', 'too_long', 'expected at most 200 characters']],
  ],
  [
    'two leads',
    'POST',
    '/contacts',
    { email: 'a@b.example', leadId: id, company: 'X' },
    400,
    [['company', 'invalid_value', '"X": expected either leadId or company']],
  ],
  [
    'a lead of nobody',
    'POST',
    '/contacts',
    { email: 'a@b.example', leadId: id },
    422,
    [['leadId', 'not_found', `"${id}": expected the id of a lead of yours`]],
  ],
  [
    'a bad custom key',
    'POST',
    '/contacts',
    { email: 'a@b.example', custom: { 'fav tea': 1 } },
    400,
    [['custom.fav tea', 'invalid_value', '1: expected a key of a letter and at most 63 letters']],
  ],
  [
    'deep custom values',
    'POST',
    '/contacts',
    { email: 'a@b.example', custom: { a: [[[[[[[[]]]]]]]] } },
    400,
    [['custom.a', 'invalid_value', 'expected at most 6 levels of nesting']],
  ],
  [
    'half a surrogate pair',
    'POST',
    '/contacts',
    { email: 'a@b.example', custom: { a: 'x\ud800' } },
    400,
    [['custom.a', 'invalid_value', 'expected well-formed text without NUL']],
  ],
  [
    'a lead’s name without text',
    'POST',
    '/leads',
    { name: '' },
    400,
    [['name', 'too_short', '"": expected a text that is not empty']],
  ],
  // Paths and queries
  [
    'an id that is none',
    'GET',
    '/contacts/5',
    undefined,
    400,
    [['path.id', 'invalid_value', '"5": expected a UUID']],
  ],
  ['an id of nobody', 'GET', `/contacts/${id}`, undefined, 404, []],
  [
    'a limit of 0',
    'GET',
    '/contacts?limit=0',
    undefined,
    400,
    [['query.limit', 'out_of_range', '"0": expected a whole number from 1 to 200']],
  ],
  [
    'a limit of much',
    'GET',
    '/leads?limit=201',
    undefined,
    400,
    [['query.limit', 'out_of_range', '"201": expected a whole number from 1 to 200']],
  ],
  [
    'a cursor of its own',
    'GET',
    '/plans?cursor=abc',
    undefined,
    400,
    [['query.cursor', 'invalid_cursor', '"abc": expected a nextCursor of this list']],
  ],
  [
    'a timeline’s cursor',
    'GET',
    '/enrollments/:enrollment/timeline?cursor=W10',
    undefined,
    400,
    [['query.cursor', 'invalid_cursor', '"W10": expected a nextCursor of this list']],
  ],
  [
    'an unknown filter',
    'GET',
    '/contacts?name=x',
    undefined,
    400,
    [['query.name', 'unknown_key', '"name" is not known here']],
  ],
  [
    'a filter where none is',
    'GET',
    '/plans/:plan?draft=1',
    undefined,
    400,
    [['query.draft', 'unknown_key', '"draft" is not known here']],
  ],
  [
    'a filter given twice',
    'GET',
    '/messages?status=sent&status=sent',
    undefined,
    400,
    [['query.status', 'invalid_value', '2 items: expected one of queued, dispatching']],
  ],
  [
    'an unknown status',
    'GET',
    '/messages?status=lost',
    undefined,
    400,
    [['query.status', 'invalid_value', '"lost": expected one of queued, dispatching, unknown']],
  ],
  ['an unknown route', 'GET', '/nothing', undefined, 404, []],
  // Sender identities
  [
    'a name with a line break',
    'POST',
    '/sender-identities',
    { email: 's@b.example', name: 'Ann\r\nBcc: x@y.example' },
    400,
    [['name', 'invalid_value', 'expected one line without control characters']],
  ],
  [
    'a changed address',
    'PATCH',
    '/sender-identities/:sender',
    { email: 'x@b.example' },
    400,
    [['email', 'unknown_key', '"email" is not known here']],
  ],
  [
    'a body where none is',
    'POST',
    '/sender-identities/:sender/resume',
    { now: true },
    400,
    [['now', 'unknown_key', '"now" is not known here']],
  ],
  // Plans
  [
    'no plan',
    'POST',
    '/plans',
    { name: 'P' },
    400,
    [['plan', 'required', 'missing: expected a value']],
  ],
  [
    'a plan without a name',
    'POST',
    '/plans',
    { plan: PLAN },
    400,
    [['name', 'required', 'missing: expected a text']],
  ],
  [
    'a plan of a text',
    'POST',
    '/plans',
    { name: 'P', plan: 'x' },
    422,
    [['plan', 'invalid_type', '"x": expected a plan object']],
  ],
  [
    'a missing target',
    'POST',
    '/plans',
    {
      name: 'P',
      plan: { ...PLAN, nodes: [{ ...intro, transitions: [{ on: 'opened', to: 'gone' }] }] },
    },
    422,
    [['plan.nodes[0].transitions[0].to', 'missing_target', '"gone"']],
  ],
  [
    'an unknown variable',
    'POST',
    '/plans',
    {
      name: 'P',
      plan: { ...PLAN, nodes: [{ ...intro, subject: '{{contact.fistName}}', transitions: [] }] },
    },
    422,
    [
      [
        'plan.nodes[0].subject',
        'unknown_variable',
        '{{contact.fistName}}: expected a known variable',
      ],
    ],
  ],
  [
    'a bad zone and a bad duration',
    'POST',
    '/plans/:plan/versions',
    {
      plan: {
        ...PLAN,
        timezone: 'Mars',
        nodes: [{ ...intro, transitions: [{ on: 'no_open', to: 'stop', after: '3 days' }] }],
      },
    },
    422,
    [
      ['plan.timezone', 'invalid_value', '"Mars": expected an IANA time zone'],
      [
        'plan.nodes[0].transitions[0].after',
        'invalid_value',
        '"3 days": expected an ISO 8601 duration',
      ],
    ],
  ],
  [
    'a NUL in a plan',
    'POST',
    '/plans',
    { name: 'P', plan: { ...PLAN, nodes: [{ ...intro, body: 'a\u0000b', transitions: [] }] } },
    422,
    [['plan.nodes[0].body', 'template_refused', '1:2: expected a template without NUL characters']],
  ],
  [
    'half a surrogate pair in a plan',
    'POST',
    '/plans',
    { name: 'P', plan: { ...PLAN, nodes: [{ ...intro, body: 'a\ud800', transitions: [] }] } },
    422,
    [['plan', 'invalid_value', 'a text of the plan: expected well-formed text without NUL']],
  ],
  [
    'an imported plan',
    'POST',
    '/plans/import',
    { name: 'P', plan: { nodes: [] } },
    422,
    [
      ['plan.timezone', 'required', 'missing: expected an IANA time zone'],
      ['plan.startNodeId', 'required', 'missing: expected a node id'],
      ['plan.nodes', 'too_few', '0 items: expected at least one node'],
    ],
  ],
  [
    'a version of 0',
    'GET',
    '/plans/:plan/versions/0',
    undefined,
    400,
    [['path.version', 'invalid_value', '"0": expected the number of a version, from 1']],
  ],
  ['a version that is not there', 'GET', '/plans/:plan/versions/9', undefined, 404, []],
  // Campaigns
  [
    'a campaign of nothing',
    'POST',
    '/campaigns',
    {},
    400,
    [
      ['name', 'required', ''],
      ['planVersionId', 'required', ''],
      ['senderIdentityId', 'required', ''],
    ],
  ],
  [
    'a plan and a sender of nobody',
    'POST',
    '/campaigns',
    { name: 'C', planVersionId: id, senderIdentityId: id },
    422,
    [
      ['planVersionId', 'not_found', 'expected the id of a plan version of yours'],
      ['senderIdentityId', 'not_found', 'expected the id of a sender identity of yours'],
    ],
  ],
  [
    'nobody to enrol',
    'POST',
    '/campaigns/:campaign/enrollments',
    { contactIds: [] },
    400,
    [['contactIds', 'too_few', '0 items: expected at least 1 items']],
  ],
  [
    'too many to enrol',
    'POST',
    '/campaigns/:campaign/enrollments',
    { contactIds: Array.from({ length: 10_001 }, () => id) },
    400,
    [['contactIds', 'too_many', '10001 items: expected at most 10000 items']],
  ],
  [
    'a bad id among good ones',
    'POST',
    '/campaigns/:campaign/enrollments',
    { contactIds: [id, 'x'] },
    400,
    [['contactIds[1]', 'invalid_value', '"x": expected a UUID']],
  ],
  [
    'resuming what is not paused',
    'POST',
    '/campaigns/:draft/resume',
    undefined,
    409,
    [['status', 'wrong_state', 'The campaign is draft: expected paused.']],
  ],
  [
    'pausing a draft',
    'POST',
    '/campaigns/:draft/pause',
    undefined,
    409,
    [['status', 'wrong_state', 'The campaign is draft: expected running.']],
  ],
  // Suppressions and limits
  [
    'a bad address among good ones',
    'POST',
    '/suppressions',
    { addresses: ['a@b.example', 'b'] },
    400,
    [['addresses[1]', 'invalid_address', `"b": ${ADDRESS}`]],
  ],
  [
    'a global limit',
    'PUT',
    '/send-rate-limits',
    { scope: 'global', windowSeconds: 1, maxMessages: 1 },
    400,
    [
      [
        'scope',
        'invalid_value',
        '"global": expected one of tenant, sender, recipient_domain, ip_pool',
      ],
    ],
  ],
  [
    'a limit of nothing',
    'PUT',
    '/send-rate-limits',
    {},
    400,
    [['scope', 'required', 'missing: expected one of tenant, sender, recipient_domain, ip_pool']],
  ],
  [
    'a ramp from some day',
    'PUT',
    '/sender-identities/:sender/warm-up',
    { startsAt: 'monday', schedule: [1] },
    400,
    [['startsAt', 'invalid_value', '"monday": expected an instant such as 2027-01-31T08:00:00Z']],
  ],
  [
    'a ramp of words',
    'PUT',
    '/sender-identities/:sender/warm-up',
    { schedule: 'slowly' },
    400,
    [['schedule', 'invalid_type', '"slowly": expected a list or an object']],
  ],
  [
    'no ramp',
    'PUT',
    '/sender-identities/:sender/warm-up',
    {},
    400,
    [['schedule', 'required', 'missing: expected a list or an object']],
  ],
  [
    'a ramp of bad days',
    'PUT',
    '/sender-identities/:sender/warm-up',
    { schedule: [1, -1, 'x'] },
    400,
    [
      ['schedule[1]', 'out_of_range', '-1: expected at least 0'],
      ['schedule[2]', 'invalid_type', '"x": expected a number'],
    ],
  ],
  [
    'a ramp that never gets there',
    'PUT',
    '/sender-identities/:sender/warm-up',
    { schedule: { first: 1, factor: 1.01, target: 1_000_000 } },
    400,
    [
      [
        'schedule.factor',
        'invalid_value',
        '1.01: expected a factor that reaches the target within',
      ],
    ],
  ],
  [
    'a ramp that shrinks',
    'PUT',
    '/sender-identities/:sender/warm-up',
    { schedule: { first: 1, factor: 0.5, target: 10 } },
    400,
    [['schedule.factor', 'out_of_range', '0.5: expected at least 1.01']],
  ],
  [
    'null where no body is',
    'POST',
    '/campaigns/:campaign/start',
    null,
    400,
    [['', 'invalid_type', 'null: expected no body or an object']],
  ],
  [
    'a pool of one character, whatever its length in UTF-16',
    'PATCH',
    '/sender-identities/:sender',
    { ipPool: '😀' },
    400,
    [['ipPool', 'invalid_value', '"😀": expected a name of 2 to 64 characters']],
  ],
  [
    'a limit of a pool of one character',
    'PUT',
    '/send-rate-limits',
    { scope: 'ip_pool', reference: '😀', windowSeconds: 60, maxMessages: 1 },
    400,
    [['reference', 'invalid_value', '"😀": expected a name of 2 to 64 characters']],
  ],
  [
    'a name of too many characters outside the BMP',
    'POST',
    '/contacts',
    { email: 'a@b.example', lastName: '😀'.repeat(201) },
    400,
    [['lastName', 'too_long', 'expected at most 200 characters']],
  ],
  [
    'a limit below nothing',
    'PUT',
    '/send-rate-limits',
    { scope: 'tenant', windowSeconds: 0, maxMessages: -1 },
    400,
    [
      ['windowSeconds', 'out_of_range', '0: expected at least 1'],
      ['maxMessages', 'out_of_range', '-1: expected at least 0'],
    ],
  ],
  [
    'a limit of a bad domain',
    'PUT',
    '/send-rate-limits',
    { scope: 'recipient_domain', reference: 'gmail', windowSeconds: 60, maxMessages: 1 },
    400,
    [['reference', 'invalid_value', '"gmail": expected a domain such as gmail.com']],
  ],
];

describe('a bad request', () => {
  test.each(CASES)('with %s: %s %s', async (_name, method, path, body, status, problems) => {
    const draft = path.includes(':draft') ? await makeDraft() : '';
    const called = path
      .replace(':sender', rows.sender)
      .replace(':plan', rows.plan)
      .replace(':campaign', rows.campaign)
      .replace(':enrollment', rows.enrollment)
      .replace(':draft', draft);
    const answer = await tenant.api.raw(
      method,
      `/v1${called}`,
      body === undefined ? undefined : JSON.stringify(body),
      body === undefined ? undefined : 'application/json',
    );
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    expect(answer.body['problems']).toEqual(
      problems.map(([at, code, message]) => ({
        path: at,
        code,
        message: expect.stringContaining(message) as string,
      })),
    );
  });

  async function makeDraft(): Promise<string> {
    const { body } = await tenant.api.post('/v1/campaigns', {
      name: 'Draft',
      planVersionId: rows.planVersion,
      senderIdentityId: rows.sender,
    });
    return String(body['id']);
  }
});
