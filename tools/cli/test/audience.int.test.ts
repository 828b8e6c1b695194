import {
  createDatabase,
  createDatabaseClock,
  createEngineStore,
  createLogin,
  createPool,
  dropLogins,
  type Database,
} from '@cadenza/database';
import type { Clock } from '@cadenza/domain';
import { createPlanCache, workAudiences } from '@cadenza/engine';
import '@cadenza/testing/global-setup';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cadenza } from './support/cadenza.ts';
import { fakeTerminal } from './support/fake-terminal.ts';
import { startOwnedApi, type OwnedApi } from './support/owned-api.ts';

const PEOPLE =
  'email,title\nada@example.com,Engineer\nbob@example.com,Cook\neve@example.com,Engineer\n';
const ENGINEERS = { where: 'title', contains: 'engineer' };

let place: OwnedApi;
let env: Record<string, string>;
let campaign: string;
let filter: string;
let login: string;
/** As an event-worker. */
let worker: Database;
let clock: Clock & { stop(): void };

beforeAll(async () => {
  place = await startOwnedApi(inject('postgresAdminUrl'));
  const key = await place.newKey('--scopes', 'read,write');
  env = { CADENZA_URL: place.url, CADENZA_API_KEY: key };
  await cadenza(['import', '-'], env, PEOPLE);
  campaign = await newCampaign();
  filter = join(place.folder, 'engineers.json');
  await writeFile(filter, JSON.stringify(ENGINEERS));
  login = await createLogin(place.databaseUrl, { role: 'cadenza_worker' });
  worker = createDatabase(createPool({ url: login, poolSize: 2 }));
  clock = await createDatabaseClock(worker, () => undefined);
});
afterAll(async () => {
  clock.stop();
  await worker.destroy();
  await place.close();
  await dropLogins(inject('postgresAdminUrl'), [decodeURIComponent(new URL(login).username)]);
});

interface Made {
  readonly id: string;
  /** Of a plan. */
  readonly plan?: { readonly versions: readonly { readonly id: string }[] };
}

async function post(path: string, body: unknown): Promise<Made> {
  const answer = await fetch(`${place.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${env['CADENZA_API_KEY']}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  const made = (await answer.json()) as Made;
  expect(answer.status, JSON.stringify(made)).toBe(201);
  return made;
}

async function newCampaign(): Promise<string> {
  const sender = await post('/v1/sender-identities', { email: 'ann@example.com', name: 'Ann' });
  const plan = await post('/v1/plans', {
    name: 'Plan',
    plan: {
      version: '1.0',
      timezone: 'UTC',
      startNodeId: 'only',
      nodes: [
        {
          id: 'only',
          channel: 'email',
          action: 'send',
          subject: 'Hello',
          body: '<p>Hello</p>',
          transitions: [],
        },
      ],
    },
  });
  const made = await post('/v1/campaigns', {
    name: 'Engineers',
    planVersionId: plan.plan?.versions[0]?.id,
    senderIdentityId: sender.id,
  });
  return made.id;
}

/** What an event-worker does of audiences in one turn. */
function work() {
  return workAudiences({
    store: createEngineStore(worker),
    plans: createPlanCache(),
    now: () => clock.now(),
    monotonic: () => performance.now(),
    stopping: () => false,
    graceMs: 120_000,
  });
}

const audience = (...args: string[]) => cadenza(['audience', ...args], env);
async function dataOf(...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await audience(...args, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Record<string, unknown>;
}

test('a filter is looked at, enrolled, followed to its end, and listed', async () => {
  expect(await audience('preview', campaign, '--filter', filter)).toMatchObject({
    code: 0,
    out: '2 match\nof 2 looked at, 2 can be enrolled\n',
  });
  const terminal = fakeTerminal();
  const followed = cadenza(
    ['audience', 'enrol', campaign, '--filter', '-', '--wait'],
    env,
    JSON.stringify(ENGINEERS),
    terminal.stream,
  );
  let enrolled = 0;
  while (enrolled === 0) ({ enrolled } = await work());
  const { code, out, err } = await followed;
  expect([code, out]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}: done, 2 enrolled\n$/)]);
  const [id = ''] = out.split(':');
  expect(err).toContain(`audience ${id}\n`);
  expect(terminal.drawn()).toContain('of 2');

  const { id: again } = await dataOf('enrol', campaign, '--filter', filter);
  await work();
  expect(await audience('status', String(again), '--wait')).toMatchObject({
    out: `${String(again)}: done, 0 enrolled, refused: 2 already_active\n`,
  });
  const { audiences } = await dataOf('list', campaign);
  expect(audiences).toMatchObject([{ id: again }, { id, enrolled: 2, status: 'done' }]);
});

test('what is canceled enrols nobody, and what is done cannot be', async () => {
  const { id } = await dataOf('enrol', campaign, '--filter', filter);
  expect(await audience('cancel', String(id))).toMatchObject({
    code: 0,
    out: `${String(id)}: canceled, 0 enrolled\n`,
  });
  expect((await work()).worked).toBeNull();
  expect(await dataOf('status', String(id))).toMatchObject({ status: 'canceled' });

  const { audiences } = await dataOf('list', campaign);
  const done = (audiences as { id: string; status: string }[]).find((one) => one.status === 'done');
  const refused = await audience('cancel', done?.id ?? '');
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('is enrolled already');
});

test.each([
  ['a file that is not there', ['--filter', 'missing.json'], '', 'ENOENT'],
  ['what is no JSON', ['--filter', '-'], '{where', '--filter -: expected a condition in JSON'],
  ['a condition that is none', ['--filter', '-'], '{"where": "shoe"}', 'filter'],
])('%s is named', async (_what, args, stdin, said) => {
  const { code, out, err } = await cadenza(['audience', 'enrol', campaign, ...args], env, stdin);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(said);
});

test('a campaign is named by its id, and completed after the command', async () => {
  const wrong = await audience('list', 'Engineers');
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('Expected the id of a campaign');
  const script = await cadenza(['completion', 'bash'], {});
  for (const word of ['preview', 'enrol', 'status', 'cancel']) expect(script.out).toContain(word);
});
