import type {} from '@cadenza/testing/global-setup';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Json } from '../src/api/document.ts';
import { answersOf, apiFindings, neverDone } from '../src/api/report.ts';
import { feedApi, readDocument } from '../src/api/run.ts';
import { startFuzzedWorld, type FuzzedWorld } from '../src/api/world.ts';

let world: FuzzedWorld;
let document: Json;

beforeAll(async () => {
  world = await startFuzzedWorld(1, {
    adminUrl: inject('postgresAdminUrl'),
    hostEnv: process.env,
  });
  document = await readDocument(world);
}, 300_000);
afterAll(() => world?.stop());

const fed = (count: number, by: Json = document) =>
  feedApi({ seed: 20_261_127, count }, world, { document: by, say: () => undefined });

test('thousands of requests of all kinds are each answered as the API says of itself', async () => {
  const report = await fed(3_000);

  expect(apiFindings(report)).toEqual([]);
  expect([...answersOf(report).keys()]).toEqual(
    expect.arrayContaining([200, 201, 204, 400, 401, 403, 404, 409, 413, 415, 422, 431]),
  );
  // Of every operation one was carried out at least.
  expect(report.operations.size).toBeGreaterThan(100);
  expect(neverDone(report)).toEqual([]);
});

/** The document with one of its parts replaced. */
function amended(path: readonly string[], change: (part: Json) => Json): Json {
  const at = (part: Json, [key, ...rest]: readonly string[]): Json =>
    key === undefined ? change(part) : { ...part, [key]: at(part[key] as Json, rest) };
  return at(document, path);
}
const without = (name: string) => (part: Json) => {
  expect(part).toHaveProperty([name]);
  return Object.fromEntries(Object.entries(part).filter(([key]) => key !== name));
};

test.each([
  [
    'a status',
    ['paths', '/v1/leads', 'get', 'responses'],
    '200',
    'listLeads: the status 200, of which nothing is said',
  ],
  [
    'a property',
    ['components', 'schemas', 'Lead', 'properties'],
    'summary',
    '"additionalProperty":"summary"',
  ],
  [
    'the content type of problems',
    ['components', 'responses', 'Problem', 'content'],
    'application/problem+json',
    'where none is said',
  ],
])('a document that says nothing of %s is found wrong', async (_name, path, what, finding) => {
  const { paths, ...rest } = amended(path, without(what));
  const leads = { '/v1/leads': (paths as Json)['/v1/leads'] };
  const report = await fed(200, { ...rest, paths: leads });

  expect(apiFindings(report).join('\n')).toContain(finding);
});

test('an operation that is never carried out is found', async () => {
  const { paths, ...rest } = document;
  const leads = (paths as Json)['/v1/leads'] as Json;
  const list = { ...(leads['get'] as Json), operationId: 'listNothing' };
  const report = await fed(40, {
    ...rest,
    paths: { '/v1/leads': { get: leads['get'] }, '/v1/nothing': { get: list } },
  });

  const [found = '', ...others] = apiFindings(report);
  expect(found).toContain('listNothing: no request was carried out\n');
  expect(others).toEqual([]);
});
