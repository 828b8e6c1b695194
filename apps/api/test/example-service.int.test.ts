import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type World } from './support/world.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const QUIET = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];

let world: World;
let folder: string;
let service: ChildProcessWithoutNullStreams | null = null;

/** What a shell outside of this workspace has: nothing of the npm that runs the tests. */
function outside(): NodeJS.ProcessEnv {
  const own = /^(npm_|NX_|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$|VITEST)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

beforeAll(async () => {
  world = await createWorld();
  folder = await mkdtemp(join(tmpdir(), 'cadenza-sign-ups-'));
  await cp(join(ROOT, 'examples/sign-ups'), folder, { recursive: true });
  await run('npm', ['pack', '--workspace=libs/client', `--pack-destination=${folder}`], {
    cwd: ROOT,
  });
  const inside = { cwd: folder, env: outside() };
  await run('npm', ['install', ...QUIET, './cadenza-client-0.1.0.tgz'], inside);
});

afterAll(async () => {
  if (service !== null && service.exitCode === null) {
    service.kill();
    await once(service, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
  await world.close();
});

test('has the types of the packed client', async () => {
  const types = ['--typeRoots', join(ROOT, 'node_modules/@types')];
  await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.', ...types], { cwd: folder });
});

test('enrols, watches and stops a campaign', async () => {
  const tenant = await world.tenant(['read', 'write']);
  const { campaign } = await makeRows(tenant);
  const call = await start({
    CADENZA_URL: world.baseUrl,
    CADENZA_API_KEY: tenant.key,
    CAMPAIGN_ID: campaign,
    PORT: '0',
  });

  const signedUp = await call('POST', '/sign-ups', { email: 'ada@example.org', firstName: 'Ada' });
  const again = await call('POST', '/sign-ups', { email: 'Ada@example.org' });
  const wrong = await call('POST', '/sign-ups', { email: 'nobody' });
  const seen = await call('GET', '/campaign');
  const stopped = await call('POST', '/campaign/stop');

  expect(signedUp).toMatchObject({ status: 201, body: { refused: null } });
  expect(again).toEqual({ status: 409, body: { enrollmentId: null, refused: 'already_active' } });
  expect(wrong).toMatchObject({ status: 400, body: { problems: [{ path: 'query.email' }] } });
  expect(seen).toMatchObject({ body: { status: 'running', total: 2, byStatus: { active: 2 } } });
  expect(stopped).toEqual({ status: 200, body: { status: 'paused' } });
  const enrolled = await world.rows<{ address: string }>(
    `SELECT h.address FROM contact_campaigns c JOIN contact_channels h USING (tenant_id, contact_id)
     WHERE c.id = $1`,
    [(signedUp.body as { enrollmentId: string }).enrollmentId],
  );
  expect(enrolled).toEqual([{ address: 'ada@example.org' }]);
});

/** Starts the service, and gives a way to call it. */
async function start(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['service.ts'], {
    cwd: folder,
    env: { ...outside(), ...env },
  });
  service = child;
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => (complaints += String(data)));
  const { value: line } = await createInterface({ input: child.stdout })
    [Symbol.asyncIterator]()
    .next();
  if (line === undefined) throw new Error(`the service did not start: ${complaints}`);
  const { port } = JSON.parse(line) as { port: number };
  return async (method: 'GET' | 'POST', path: string, body?: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as object };
  };
}
