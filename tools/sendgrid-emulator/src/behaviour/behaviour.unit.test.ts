import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '@cadenza/domain';
import { seededRandom } from '../seeded.ts';
import { DEFAULT_PROFILE, SILENT, type BehaviourProfile } from './profile.ts';
import { createBehaviours } from './rules.ts';
import { linksOf, tellStory } from './story.ts';

const behaviours = (over = {}) =>
  createBehaviours({ rules: [], profile: {}, addressWords: true, ...over }, DEFAULT_PROFILE);

describe('rules', () => {
  test.each<[string, Partial<BehaviourProfile>]>([
    ['hardbounce@example.org', { hardBounce: 1, open: 0 }],
    ['ada.clicker17@example.org', { open: 1, click: 1, hardBounce: 0 }],
    ['ada+machine@example.org', { machineOpen: 1, open: 0 }],
    ['opener-complain@example.org', { open: 1, complaint: 1 }],
    ['silent@example.org', SILENT],
    ['SoftBounce@example.org', { softBounce: 1 }],
    ['ada@example.org', DEFAULT_PROFILE],
    ['clickers@example.org', DEFAULT_PROFILE],
    ['constructor@example.org', DEFAULT_PROFILE],
    ['ada@bounce.example', DEFAULT_PROFILE],
  ])('%s', (address, expected) => {
    expect(behaviours().of(address)).toMatchObject(expected);
  });

  test('words can be switched off, and the default profile changed', () => {
    const own = behaviours({ addressWords: false, profile: { open: 1 } });
    expect(own.of('hardbounce@example.org')).toEqual({ ...DEFAULT_PROFILE, open: 1 });
  });

  test('a likelihood out of range is named', () => {
    expect(() => behaviours({ profile: { open: 1.5 } })).toThrow(InvalidInputError);
    expect(() => behaviours({ rules: [{ match: 'x@*', profile: { click: -1 } }] })).toThrow(
      /rule "x@\*"\.click: -1 is not a likelihood/,
    );
  });
});

describe('stories', () => {
  const mail = {
    openTracking: true,
    clickTracking: true,
    asmGroupId: null,
    html: () => '<a href="https://example.com/a">a</a>',
    listUnsubscribe: '',
    softBounces: 0,
  };
  const told = (profile: BehaviourProfile, seed: number) =>
    tellStory(profile, seededRandom('story', seed), mail);

  test('every story of a wild profile is possible: in order, one end, clicks after opens', () => {
    const wild = Object.fromEntries(
      Object.keys(SILENT).map((key) => [key, key === 'softBounces' ? 2 : 0.3]),
    ) as unknown as BehaviourProfile;
    const profile = { ...wild, dropped: 0.1, hardBounce: 0.1, softBounce: 0.1, blocked: 0.1 };
    const seen = new Set<string>();
    for (let seed = 0; seed < 2_000; seed += 1) {
      const story = told(profile, seed);
      const names = story.map(({ event }) => event);
      for (const name of names) seen.add(name);
      const times = story.map(({ afterMs }) => afterMs);
      expect(times).toEqual([...times].sort((x, y) => x - y));
      expect(names[0]).toBe(names.includes('dropped') ? 'dropped' : 'processed');
      const ends = names.filter((name) => ['delivered', 'dropped', 'bounce'].includes(name));
      const asynchronous = story.some(({ anonymous }) => anonymous);
      expect(ends).toHaveLength(asynchronous ? 2 : 1);
      if (names.includes('click')) {
        expect(names.indexOf('open')).toBeLessThan(names.indexOf('click'));
      }
    }
    expect([...seen].sort()).toEqual([
      'bounce',
      'click',
      'deferred',
      'delivered',
      'dropped',
      'group_unsubscribe',
      'open',
      'processed',
      'spamreport',
      'unsubscribe',
    ]);
  });

  test('raising one likelihood leaves the rest of the story as it was', () => {
    const profile = { ...SILENT, open: 0.5, click: 0.5 };
    for (let seed = 0; seed < 200; seed += 1) {
      const plain = told(profile, seed);
      const fetched = told({ ...profile, machineOpen: 1 }, seed);
      const others = fetched.filter(({ fields }) => fields['sg_machine_open'] !== true);
      expect(others).toEqual(plain);
    }
  });

  test('a soft bounce ends after as many as the profile says', () => {
    const profile = { ...SILENT, softBounce: 1, softBounces: 1 };
    const random = () => seededRandom('x');
    const names = (softBounces: number) =>
      tellStory(profile, random(), { ...mail, softBounces }).map(({ event }) => event);
    expect(names(0)).toEqual(['processed', 'bounce']);
    expect(names(1)).toEqual(['processed', 'delivered']);
  });
});

test('links: only http, no unsubscribe link, none that nobody sees, entities decoded', () => {
  const html = `<a href="https://a.example/?x=1&amp;y=2">a</a> <a href='http://b.example'>b</a>
    <a href="mailto:x@example.org">m</a> <a href="https://c.example/unsubscribe/t">u</a>
    <a href="https://d.example/" style="display:none" tabindex="-1"></a>`;
  expect(linksOf(html, '')).toEqual(['https://a.example/?x=1&y=2', 'http://b.example']);
});
