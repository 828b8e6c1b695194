import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cadenza } from './support/cadenza.ts';

const PLAN = {
  version: '1.0',
  timezone: 'Europe/Berlin',
  startNodeId: 'intro',
  nodes: [
    {
      id: 'intro',
      channel: 'email',
      action: 'send',
      subject: 'Hello {{contact.firstName}}',
      body: '<p>Hello</p>',
      transitions: [
        { on: 'opened', to: 'offer', within: 'PT72H' },
        { on: 'no_open', to: 'stop', after: 'PT72H' },
      ],
    },
    {
      id: 'offer',
      channel: 'email',
      action: 'send',
      subject: 'An offer',
      body: '<p>Here</p>',
      schedule: { delay: 'P1D' },
      transitions: [],
    },
  ],
};
const OLD = {
  ...PLAN,
  version: 1,
  nodes: PLAN.nodes.map((node) => ({
    ...node,
    subject: node.subject.replace('{{contact.firstName}}', '{firstName}'),
    transitions: node.transitions.map((t) => (t.on === 'opened' ? { ...t, on: 'open' } : t)),
  })),
};

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cadenza-cli-'));
  const broken = { ...PLAN, startNodeId: 'nowhere', nodes: [PLAN.nodes[0]] };
  await writeFile(file('good.json'), `\uFEFF${JSON.stringify(PLAN)}`);
  await writeFile(file('broken.json'), JSON.stringify(broken));
  await writeFile(file('old.json'), JSON.stringify(OLD));
});
afterAll(() => rm(folder, { recursive: true }));

test('validate: a good plan, from a file and from standard input', async () => {
  const good = await cadenza(['plan', 'validate', file('good.json')]);
  expect(good).toEqual({
    code: 0,
    out: `${file('good.json')}: valid, 2 nodes, 0 warnings\n`,
    err: '',
  });
  const piped = await cadenza(['plan', 'validate', '-', '--json'], {}, JSON.stringify(PLAN));
  expect(JSON.parse(piped.out)).toEqual({ ok: true, problems: [], warnings: [] });
});

test('validate: every problem with its path', async () => {
  const { code, out } = await cadenza(['plan', 'validate', file('broken.json')]);
  expect(code).toBe(1);
  expect(out).toContain(`${file('broken.json')}: 2 problems:\n`);
  expect(out).toMatch(/^ {2}startNodeId: .*"nowhere"/m);
  expect(out).toMatch(/^ {2}nodes\[0\]\.transitions\[0\]\.to: .*"offer"/m);

  const json = await cadenza(['plan', 'validate', file('broken.json'), '--json']);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({
    ok: false,
    problems: [{ path: 'startNodeId' }, { path: 'nodes[0].transitions[0].to' }],
  });
});

test.each(['validate', 'import', 'simulate'])(
  '%s: a template that is not rendered',
  async (what) => {
    const plan = {
      ...PLAN,
      nodes: [PLAN.nodes[0], { ...PLAN.nodes[1], body: '<p>{{shout contact.email}}</p>' }],
    };
    const { code, out, err } = await cadenza(['plan', what, '-'], {}, JSON.stringify(plan));
    expect(code).toBe(1);
    expect(out + err).toMatch(
      / {2}nodes\[1\]\.body: 1:4: unknown helper "shout": expected one of if/,
    );
  },
);

test('import: prints version 1.0, and says what was rewritten', async () => {
  const { code, out, err } = await cadenza(['plan', 'import', file('old.json')]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual(PLAN);
  expect(err.trimEnd().split('\n')).toEqual([
    'rewrote version: 1 -> 1.0',
    'rewrote nodes[0].subject: {firstName} -> {{contact.firstName}}',
    'rewrote nodes[0].transitions[0].on: open -> opened',
  ]);
});

test('import: what is still wrong then is said, and is a failure', async () => {
  const { code, out, err } = await cadenza(['plan', 'import', '-'], {}, '{"nodes": []}');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({ version: '1.0', nodes: [] });
  expect(err).toMatch(/\d problems:\n/);
});

test('simulate: by the clock of the zone, and what the recipient does', async () => {
  const start = ['--start', '2026-11-20T08:00:00Z'];
  const opens = await cadenza([
    ...['plan', 'simulate', file('good.json'), ...start],
    ...['--opens', 'intro=PT5H', '--timezone', 'Asia/Tokyo'],
  ]);
  expect(opens.code).toBe(0);
  expect(opens.out.trimEnd().split('\n')).toEqual([
    'Asia/Tokyo               input         outcome  now at',
    'Fri 2026-11-20 17:00:00  enrolled      applied  intro (scheduled)',
    'Fri 2026-11-20 17:00:00  begun intro   applied  intro (handed_off)',
    'Fri 2026-11-20 17:00:00  sent intro    applied  intro (listening)',
    'Fri 2026-11-20 22:00:00  opened intro  applied  offer (scheduled)',
    'Sat 2026-11-21 22:00:00  begun offer   applied  offer (handed_off)',
    'Sat 2026-11-21 22:00:00  sent offer    applied  offer (ended)',
    '',
    'ends as completed: no_further_step',
  ]);
  const ends = async (...args: string[]) => {
    const all = ['plan', 'simulate', file('good.json'), ...start, ...args, '--json'];
    return (JSON.parse((await cadenza(all)).out) as { end: unknown }).end;
  };
  expect(await ends()).toMatchObject({ status: 'completed', reason: 'no_open' });
  expect(await ends('--bounces', 'PT1M')).toMatchObject({ status: 'suppressed' });
  expect(await ends('--opens', 'intro=PT1H', '--replies', 'PT2H')).toMatchObject({
    status: 'stopped',
    reason: 'replied',
  });
});
