import { describe, expect, test } from 'vitest';
import type { Answer, Call } from './call.ts';
import { operationsOf, PROBLEM, type Operation } from './document.ts';
import { createJudge, refusal } from './judge.ts';

const thing = {
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid' }, name: { type: 'string' } },
  required: ['id'],
  additionalProperties: false,
};
const problem = {
  type: 'object',
  properties: { status: { type: 'integer' }, detail: { type: 'string' } },
  required: ['status', 'detail'],
};
const document = {
  paths: {
    '/things/{id}': {
      put: {
        operationId: 'putThing',
        security: [{ apiKey: ['write'] }],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
        },
        responses: {
          '200': {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
          '204': { description: 'There was nothing to do.' },
          default: { $ref: '#/components/responses/Problem' },
        },
      },
    },
  },
  components: {
    schemas: { Thing: thing, Problem: problem },
    responses: {
      Problem: { content: { [PROBLEM]: { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
  },
};
const judge = createJudge(document);
const [operation] = operationsOf(document) as [Operation];
const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const JSON_TYPE = 'application/json';

function answer(status: number, contentType: string, body: unknown): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, contentType, etag: null, text };
}
const flawOf = (status: number, contentType: string, body: unknown) =>
  judge.flaw(operation, answer(status, contentType, body));

describe('an answer', () => {
  test.each([
    ['a success', 200, JSON_TYPE, { id: ID, name: 'a' }],
    ['a success without a body', 204, '', ''],
    ['a refusal', 404, PROBLEM, { status: 404, detail: 'There is no thing.' }],
  ])('that is as described has no flaw: %s', (_name, status, type, body) => {
    expect(flawOf(status, type, body)).toBeNull();
  });

  test.each([
    ['of a status that is not described', 201, JSON_TYPE, { id: ID }, 'the status 201'],
    ['of another content type', 200, 'text/html', '<p>', 'the content type "text/html"'],
    ['that is no JSON', 200, JSON_TYPE, '{', 'not JSON'],
    ['with a member too many', 200, JSON_TYPE, { id: ID, x: 1 }, '"additionalProperty":"x"'],
    ['without a member', 200, JSON_TYPE, { name: 'a' }, '"missingProperty":"id"'],
    ['with a member of another form', 200, JSON_TYPE, { id: 'a' }, '/id must match format'],
    ['with a body where none is described', 204, '', 'a', 'a body of 1'],
    ['that is a fault', 500, PROBLEM, { status: 500, detail: 'Oh' }, 'the status 500'],
    ['a problem of another status', 404, PROBLEM, { status: 400, detail: 'a' }, 'says 400'],
    ['a problem without its detail', 404, PROBLEM, { status: 404 }, '"missingProperty":"detail"'],
  ])('%s has a flaw', (_name, status, type, body, flaw) => {
    expect(flawOf(status, type, body)).toContain(flaw);
  });

  test.each([
    'TypeError: Cannot read properties of undefined',
    'at handle (/srv/app/dist/main.js:10:5)',
    '/srv/cadenza/libs/database/src/index.ts',
    'select "id" from "contacts" where "tenant_id" = $1',
    'insert or update on table "contacts" violates foreign key constraint "a"',
    'invalid byte sequence for encoding "UTF8": 0x00',
    'relation "contacts" does not exist',
    'null value in column "value" of relation "contacts"',
  ])('that shows what is inside has a flaw: %s', (detail) => {
    expect(flawOf(400, PROBLEM, { status: 400, detail })).toContain('what matches');
    expect(flawOf(200, JSON_TYPE, { id: ID, name: detail })).toContain('what matches');
  });
});

describe('a request that was carried out', () => {
  const call = (body: string): Call => ({
    method: 'PUT',
    path: '/things/a',
    headers: { 'content-type': JSON_TYPE },
    body: Buffer.from(body),
  });

  test('is as the document allows it', () => {
    expect(judge.excess(operation, call(JSON.stringify({ id: ID })))).toBeNull();
    expect(judge.excess(operation, call(`\ufeff${JSON.stringify({ id: ID })}`))).toBeNull();
  });

  test.each([
    ['{"id":1}', '/id must be string'],
    ['{"id"', 'not JSON'],
  ])('is told from one that the document forbids: %s', (body, excess) => {
    expect(judge.excess(operation, call(body))).toContain(excess);
  });
});

test('an operation that is not in the document is refused with a problem', () => {
  const none = refusal(document, operation, 'PATCH');
  expect(judge.flaw(none, answer(404, PROBLEM, { status: 404, detail: 'a' }))).toBeNull();
  expect(judge.flaw(none, answer(200, JSON_TYPE, { id: ID }))).toContain('the status 200');
});
