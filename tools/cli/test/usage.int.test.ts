import { settingsTable } from '@cadenza/config';
import { describe, expect, test } from 'vitest';
import { answerOf, cadenza } from './support/cadenza.ts';

const OWNER = { DATABASE_OWNER_URL: 'postgres://owner:not-shown@127.0.0.1:1/none' };

describe('called wrongly: exit code 2, and what was expected', () => {
  test.each<[args: string, said: string]>([
    ['', 'Usage: cadenza'],
    ['plna validate x', "unknown command 'plna'\n(Did you mean plan?)"],
    ['key revok', "unknown command 'revok'\n(Did you mean revoke?)"],
    ['tenant', 'Usage: cadenza tenant'],
    ['tenant list --jso', "unknown option '--jso'\n(Did you mean --json?)"],
    ['tenant list Acme', 'too many arguments'],
    ['tenant create', "required option '--name <name>' not specified"],
    ['tenant create --name=', "option '--name <name>' argument '' is invalid. Expected 1 to 200"],
    ['migrate down --steps 0', "argument '0' is invalid. Expected a whole number of at least 1"],
    ['migrate down --steps all', "argument 'all' is invalid"],
    ['migrate create', "missing required argument 'name'"],
    ['login create', "required option '--role <role>' not specified"],
    ['login create --role owner', "argument 'owner' is invalid. Allowed choices are api, worker"],
    ['login create --role api --name a;b', "argument 'a;b' is invalid. Expected a-z, 0-9 and _"],
    ['key create', "required option '--tenant <id or name>' not specified"],
    ['key create --tenant a --expires P1Y', "argument 'P1Y' is invalid. Expected an ISO 8601"],
    ['key create --tenant a --expires PT0S', 'Expected a duration longer than nothing'],
    [
      'key create --tenant a --scopes read,all',
      'Expected read, write or admin, or several of them',
    ],
    ['key revoke --tenant a', "missing required argument 'key'"],
    ['clock set --rate 0', "argument '0' is invalid. Expected a number greater than 0"],
    ['clock set --rate fast', "argument 'fast' is invalid"],
    ['clock set', 'expected --rate, --now or both'],
    ['clock set --now 2027-01-31', 'Expected a moment such as 2027-01-31T08:00:00Z'],
    ['verify --campaign x', "argument 'x' is invalid. Expected the id of a campaign."],
    [
      'verify --campaign 0190a5a0-0000-7000-8000-000000000000',
      '--campaign needs the --tenant whose it is',
    ],
    ['replay --from yesterday', 'Expected a moment such as 2027-01-31T08:00:00Z'],
    ['reconcile --since yesterday', 'Expected a moment such as 2027-01-31T08:00:00Z'],
    ['reconcile --grace soon', "argument 'soon' is invalid. Expected an ISO 8601 duration"],
    ['reconcile --limit 0', 'Expected a whole number of at least 1'],
    ['reconcile --dry-run', "unknown option '--dry-run'"],
    ['inputs detach', "required option '--older-than <duration>' not specified"],
    ['plan simulate x --opens soon', "argument 'soon' is invalid. Expected an ISO 8601 duration"],
    ['plan simulate x --timezone Mars/Base', 'Expected an IANA zone such as Asia/Tokyo'],
  ])('%s', async (args, said) => {
    const ran = await cadenza(args === '' ? [] : args.split(' '), OWNER);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(said);
    expect(ran.err).not.toMatch(/\n {4}at /);
  });

  test('as JSON', async () => {
    const { code, out, err } = await cadenza(['key', 'create', '--json']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err)).toEqual({
      error: { message: "required option '--tenant <id or name>' not specified", problems: [] },
    });
  });
});

describe('refused: exit code 1, and every problem', () => {
  test.each<[args: string, env: Record<string, string>, said: string]>([
    ['migrate up', {}, '\n  DATABASE_OWNER_URL: is not set, expected a URL'],
    [
      'migrate up',
      { DATABASE_OWNER_URL: 'mysql://owner:not-shown@db/x', QUEUE_SCHEMA: 'a-b' },
      '\n  DATABASE_OWNER_URL: a secret of 28 characters was found, expected a URL',
    ],
    ['migrate up', { ...OWNER, QUEUE_SCHEMA: 'a-b' }, '\n  QUEUE_SCHEMA: "a-b" was found'],
    ['tenant list', { ...OWNER, LOG_LEVEL: 'loud' }, '\n  LOG_LEVEL: "loud" was found'],
    ['tenant list', OWNER, 'DATABASE_OWNER_URL: no connection: connect ECONNREFUSED'],
    ['login create --role api --new-password', OWNER, '--new-password needs the --name'],
    ['plan validate missing.json', {}, '\n  missing.json: ENOENT'],
    ['plan validate .', {}, '\n  .: EISDIR'],
  ])('%s %j', async (args, env, said) => {
    const ran = await cadenza(args.split(' '), env);
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/^cadenza: /);
    expect(ran.err).toContain(said);
    expect(ran.err).not.toContain('not-shown');
    expect(ran.err).not.toMatch(/\n {4}at /);
  });

  test('a plan that is no JSON, and one with problems', async () => {
    const json = await cadenza(['plan', 'validate', '-'], {}, '{"version": }');
    expect(json.code).toBe(1);
    expect(json.err).toMatch(/^cadenza: no plan was read:\n {2}-: .*JSON/);

    const plan = '{"version": "2.0"}';
    const { code, err } = await cadenza(['plan', 'simulate', '-', '--json'], {}, plan);
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({
      error: {
        message: 'plan refused',
        problems: expect.arrayContaining([expect.objectContaining({ path: 'version' })]),
      },
    });
  });

  test('a reaction to a node that the plan lacks', async () => {
    const plan = JSON.stringify({
      version: '1.0',
      timezone: 'UTC',
      startNodeId: 'a',
      nodes: [
        { id: 'a', channel: 'email', action: 'send', subject: 'a', body: 'a', transitions: [] },
      ],
    });
    const args = ['plan', 'simulate', '-', '--clicks', 'b=PT1H'];
    expect((await cadenza(args, {}, plan)).err).toBe(
      'cadenza: simulation refused:\n  --clicks: "b" was found, expected a node that sends\n',
    );
  });
});

test('help and version are no errors', async () => {
  const help = await cadenza(['key', 'create', '--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  expect(help.out).toContain('--expires <duration>');
  expect(await cadenza(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' });
});

test('settings: the table of the documentation, without any settings', async () => {
  const { code, out } = await cadenza(['settings']);
  expect(code).toBe(0);
  expect(out).toContain('| `DATABASE_OWNER_URL` | cli | required (cli) |');
  expect(await answerOf(['settings'])).toEqual(settingsTable());
});
