import { emailDomain, isEmailAddress, normalizeEmail } from '@cadenza/domain';
import {
  DEFAULT_SETTINGS,
  isTimeZone,
  parsePlan,
  simulate,
  type CompiledPlan,
  type Reaction,
} from '@cadenza/plan';
import { BEHAVIOUR_WORD_LIST } from '@cadenza/sendgrid-emulator';
import { parse } from 'csv-parse/sync';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Row = Readonly<Record<string, string>>;

describe('contacts.csv', () => {
  const file = readFileSync(`${EXAMPLES}contacts.csv`);
  const rows: Row[] = parse(file, { bom: true, columns: true });
  const kinds = new Map<string, Row[]>();
  const seen = new Set<string>();
  for (const row of rows) {
    const kind = kindOf(row, seen);
    kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
  }
  const valid = kinds.get('valid') ?? [];
  const column = (name: string) => valid.map((row) => row[name] ?? '');
  const addresses = column('E-Mail');

  test('is what its generator writes', () => {
    const written = execFileSync(process.execPath, [`${EXAMPLES}make-contacts.mjs`]);
    expect(written.equals(file)).toBe(true);
  });

  test('has as many rows of each kind as its page says', () => {
    const counts = Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length]));
    expect(counts).toEqual({
      valid: 546,
      duplicate: 9,
      'missing address': 4,
      'invalid address': 8,
      'unknown time zone': 5,
      'over-long value': 3,
    });
    const page = readFileSync(`${EXAMPLES}README.md`, 'utf8');
    for (const [kind, count] of Object.entries(counts)) {
      expect(page).toMatch(new RegExp(`\\| ${kind} +\\| ${count} +\\|`));
    }
  });

  test('begins with a byte-order mark, and needs a real CSV reader', () => {
    expect(file.subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(column('Company')).toContain('Kapoor, Mehta & Sons');
    expect(column('Company')).toContain('"The Copper Kettle" Roasters');
    expect(column('notes').some((text) => text.includes('\n'))).toBe(true);
    const names = column('First Name').join('');
    for (const letters of [/[éäøł]/i, /\p{sc=Han}/u, /\p{sc=Greek}/u, /\p{sc=Arabic}/u]) {
      expect(names).toMatch(letters);
    }
    expect(column('First Name')).toContain('');
  });

  test('spans time zones of every inhabited part of the world', () => {
    const zones = new Set(column('Time Zone').filter((zone) => zone !== ''));
    expect(zones.size).toBeGreaterThanOrEqual(20);
    const parts = new Set([...zones].map((zone) => zone.slice(0, zone.indexOf('/'))));
    expect([...parts].sort()).toEqual([
      'Africa',
      'America',
      'Asia',
      'Australia',
      'Europe',
      'Pacific',
    ]);
    expect(zones).toContain('Asia/Kolkata');
    expect(column('Time Zone').filter((zone) => zone === '').length).toBeGreaterThan(20);
  });

  test('is spread over domains that nobody owns', () => {
    const counts = new Map<string, number>();
    for (const domain of addresses.map(emailDomain)) {
      expect(domain).toMatch(/^(?:[a-z-]+\.)?example\.(?:com|net|org)$/);
      counts.set(domain, (counts.get(domain) ?? 0) + 1);
    }
    expect(counts.size).toBeGreaterThanOrEqual(30);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(valid.length / 20);
  });

  test('holds each word that the emulator obeys twice, where documented, and else never', () => {
    const words: readonly string[] = BEHAVIOUR_WORD_LIST;
    const counts: Record<string, number> = {};
    for (const address of addresses) {
      for (const token of address.slice(0, address.lastIndexOf('@')).split(/[.+_-]/)) {
        const word = token.replace(/\d+$/, '');
        if (words.includes(word)) counts[word] = (counts[word] ?? 0) + 1;
      }
    }
    expect(counts).toEqual({
      hardbounce: 2,
      softbounce: 2,
      blocked: 2,
      unsubscribe: 2,
      complain: 2,
    });
  });
});

function kindOf(row: Row, seen: Set<string>): string {
  const address = normalizeEmail(row['E-Mail'] ?? '');
  const zone = row['Time Zone'] ?? '';
  if (address === '') return 'missing address';
  if (!isEmailAddress(address)) return 'invalid address';
  if (seen.has(address)) return 'duplicate';
  if (zone !== '' && !isTimeZone(zone)) return 'unknown time zone';
  if (Object.values(row).some((value) => value.length > 320)) return 'over-long value';
  seen.add(address);
  return 'valid';
}

describe('plans', () => {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(`${EXAMPLES}plans/${name}.json`, 'utf8'));

  function compiled(name: string): CompiledPlan {
    const parsed = parsePlan(read(name));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return parsed.plan;
  }
  const outreach = compiled('outreach');
  const welcome = compiled('welcome');

  test.each(readdirSync(`${EXAMPLES}plans`))('%s has no problems and no warnings', (file) => {
    expect(parsePlan(read(file.replace('.json', '')))).toMatchObject({ ok: true, warnings: [] });
  });

  const opened = (afterMs: number): Reaction => ({ type: 'opened', afterMs });
  const clicked = (afterMs: number): Reaction => ({ type: 'clicked', afterMs });
  type Behaviour = Readonly<Record<string, readonly Reaction[]>>;

  function story(
    plan: CompiledPlan,
    behaviour: Behaviour,
    startAt: number,
    timezone: string | null,
  ) {
    const { trace, state } = simulate(plan, ({ nodeId }) => behaviour[nodeId] ?? [], {
      startAt,
      settings: { ...DEFAULT_SETTINGS, timezone },
    });
    const sends = trace.filter(({ input }) => input.kind === 'begun');
    return {
      sends,
      path: sends.map(({ nodeId }) => nodeId),
      end: state.end && `${state.end.status} ${state.end.reason}`,
      days: ((state.end?.at ?? Infinity) - startAt) / DAY,
    };
  }

  const MONDAY = Date.parse('2027-01-04T15:00:00Z');
  const OUTREACH: readonly [who: string, Behaviour, path: string, end: string][] = [
    ['says nothing', {}, 'intro bump goodbye', 'completed no_further_step'],
    [
      'opens and clicks',
      { intro: [opened(HOUR), clicked(HOUR + 60_000)], offer: [clicked(2 * DAY)] },
      'intro offer thanks',
      'completed no_further_step',
    ],
    [
      'opens, after two days, and does not click',
      { intro: [opened(2 * DAY)] },
      'intro nudge',
      'completed no_click',
    ],
    [
      'clicks the nudge',
      { intro: [opened(HOUR)], nudge: [opened(DAY), clicked(DAY + 600_000)] },
      'intro nudge thanks',
      'completed no_further_step',
    ],
    [
      'opens the second mail, takes the offer',
      { bump: [opened(2 * DAY)], offer: [clicked(2 * DAY)] },
      'intro bump offer thanks',
      'completed no_further_step',
    ],
    [
      'opens the second mail, leaves the offer',
      { bump: [opened(2 * DAY)] },
      'intro bump offer',
      'completed no_click',
    ],
    ['answers', { intro: [{ type: 'replied', afterMs: HOUR }] }, 'intro', 'stopped replied'],
    [
      'unsubscribes',
      { bump: [{ type: 'unsubscribed', afterMs: HOUR }] },
      'intro bump',
      'suppressed unsubscribed',
    ],
    [
      'is not there',
      { intro: [{ type: 'bounced', afterMs: 5_000, bounce: 'hard' }] },
      'intro',
      'suppressed bounced',
    ],
  ];

  test.each(OUTREACH)('outreach: one who %s', (_, behaviour, path, end) => {
    const told = story(outreach, behaviour, MONDAY, null);
    expect(told.path.join(' ')).toBe(path);
    expect(told.end).toBe(end);
  });

  test('outreach: ends within twelve days and a half, on working days only, whenever and wherever', () => {
    for (const timezone of ['America/Los_Angeles', 'Asia/Kolkata', 'Australia/Adelaide']) {
      for (let hours = 0; hours < 7 * 24; hours += 11) {
        for (const [who, behaviour] of OUTREACH) {
          const told = story(outreach, behaviour, MONDAY + hours * HOUR, timezone);
          // A weekend at the start waits for nobody's answer, and comes on top.
          const first = told.sends[0]?.at ?? Infinity;
          const waited = (first - (MONDAY + hours * HOUR)) / DAY;
          expect(told.days - waited, `${who}, ${timezone}, ${hours} h`).toBeLessThan(12.5);
          expect(waited).toBeLessThan(3);
          for (const { at } of told.sends) {
            const local = new Date(at).toLocaleString('en-GB', {
              timeZone: timezone,
              weekday: 'short',
              hour: '2-digit',
            });
            expect(local).toMatch(/^(?:Mon|Tue|Wed|Thu|Fri)\D+(?:09|1[0-6])$/);
          }
        }
      }
    }
  });

  test('welcome: reminds three times, and no more', () => {
    const silent = story(welcome, {}, MONDAY, null);
    expect(silent.path).toEqual(['welcome', 'reminder', 'reminder', 'reminder']);
    expect(silent.end).toBe('completed max_visits');
    const late = story(welcome, { reminder: [clicked(HOUR)] }, MONDAY, null);
    expect(late.path).toEqual(['welcome', 'reminder', 'tour']);
  });

  test('minimal: one mail', () => {
    expect(story(compiled('minimal'), {}, MONDAY, null)).toMatchObject({
      path: ['hello'],
      end: 'completed no_further_step',
    });
  });
});
