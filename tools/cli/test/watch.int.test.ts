import { withClient } from '@cadenza/testing';
import '@cadenza/testing/global-setup';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { runCli } from '../src/run-cli.ts';
import { cadenza } from './support/cadenza.ts';
import { startOwnedApi, type OwnedApi } from './support/owned-api.ts';

let place: OwnedApi;
let env: Record<string, string>;
beforeAll(async () => {
  place = await startOwnedApi(inject('postgresAdminUrl'));
  env = { CADENZA_URL: place.url, CADENZA_API_KEY: await place.newKey('--name', 'watch') };
});
afterAll(() => place.close());

/** Statements as the administrator, whom nothing binds. */
async function query<T>(statement: string): Promise<T[]> {
  const url = new URL(inject('postgresAdminUrl'));
  url.pathname = new URL(place.databaseUrl).pathname;
  return withClient(url.href, async (client) => (await client.query(statement)).rows as T[]);
}

/** The place of the last event of the feed. */
async function latest(): Promise<number> {
  const [row] = await query<{ at: number }>('SELECT max(position)::integer AS at FROM feed_events');
  return row?.at ?? 0;
}

/** Something that happens, and is relayed as an event-worker does it. */
async function happens(status: 'pause' | 'resume'): Promise<void> {
  await cadenza(['tenant', status, 'Acme'], place.owner);
  await query('SELECT relay_feed_events(1000)');
}

function watch(...args: string[]) {
  const lines: string[] = [];
  const said: string[] = [];
  const ended = runCli(['watch', ...args], {
    env,
    stdin: Readable.from([]),
    out: (text) => void lines.push(text),
    err: (text) => void said.push(text),
    progress: null,
  });
  return { lines, said, ended };
}

/** Milliseconds for connecting anew on a machine that does other things as well. */
const LONG = 60_000;

test(
  'what happens is printed once, over breaks of the connection, until the key ends',
  async () => {
    // The feed is written for whoever has asked, so that the first stream has all from then on.
    const first = watch('--json', '--types', 'tenant.changed');
    await vi.waitFor(async () => {
      await happens('pause');
      await happens('resume');
      expect(first.lines.length).toBeGreaterThan(0);
    }, LONG);
    const sequence = await latest();
    await vi.waitFor(
      () => expect(JSON.parse(first.lines.at(-1) ?? '')).toMatchObject({ sequence }),
      LONG,
    );

    await place.restart(() => happens('pause'));
    const since = watch('--since', String(sequence));
    const told = () =>
      first.lines
        .map((line) => JSON.parse(line) as { sequence: number; type: string; data: object })
        .filter((one) => one.sequence > sequence);
    await vi.waitFor(() => expect(told().length).toBeGreaterThan(0), LONG);
    await vi.waitFor(() => expect(since.lines.length).toBeGreaterThan(0), LONG);
    expect(told()).toMatchObject([{ type: 'tenant.changed', data: { status: 'paused' } }]);
    expect(since.lines).toEqual([
      expect.stringMatching(/^\S+Z {2}tenant\.changed .*status=paused/),
    ]);

    const { out } = await cadenza(['key', 'list', '--tenant', 'Acme', '--json'], place.owner);
    const { keys } = JSON.parse(out) as { keys: { id: string; name: string }[] };
    const key = keys.find(({ name }) => name === 'watch')?.id ?? '';
    await cadenza(['key', 'revoke', key, '--tenant', 'Acme'], place.owner);
    expect(await Promise.all([first.ended, since.ended])).toEqual([1, 1]);
    expect(JSON.parse(first.said.join(''))).toEqual({
      error: { message: 'the API key has ended', problems: [] },
    });
    expect(since.said.join('')).toBe('cadenza: the API key has ended\n');
    expect(told()).toHaveLength(1);
  },
  LONG * 3,
);

test('what the API refuses, or does not answer, ends it at once', async () => {
  env = { ...env, CADENZA_API_KEY: await place.newKey('--name', 'another') };
  const refused = watch('--types', 'sneezed');
  expect(await refused.ended).toBe(1);
  expect(refused.said.join('')).toContain('query.types: ');
  const nobody = await cadenza(['watch'], { ...env, CADENZA_URL: 'http://127.0.0.1:9' });
  expect(nobody.code).toBe(1);
  expect(nobody.err).toContain('CADENZA_URL: http://127.0.0.1:9 gave no answer');
});
