import { beforeAll, describe, expect, it } from 'vitest';
import { parseMime, replyText } from '../src/index.ts';
import { bytesOf } from './corpus/fixture.ts';
import { BLIND } from './corpus/blind/index.ts';
import { BLIND_AGAIN } from './corpus/blind-again/index.ts';
import { CHECK } from './corpus/check/index.ts';
import { DEVELOPMENT } from './corpus/development/index.ts';
import { DUTCH } from './corpus/dutch/index.ts';
import { HELD_OUT_AGAIN } from './corpus/held-out-again.ts';
import { HELD_OUT } from './corpus/held-out/index.ts';
import { CORPUS } from './corpus/index.ts';
import { figuresOf, judge, nameOf, table, type Judged } from './corpus/measure.ts';

/** What a person's mail must never be taken for: nobody would read it. */
const LOST = ['bounce', 'complaint', 'auto_reply', 'out_of_office'];

const PARTS = [
  { part: 'the corpus that the rules were first made by', fixtures: CORPUS },
  { part: 'mails held out', fixtures: HELD_OUT },
  { part: 'mails held out again', fixtures: HELD_OUT_AGAIN },
  { part: 'mails by which the rules were made general', fixtures: DEVELOPMENT },
  { part: 'mails to check that by', fixtures: CHECK },
  { part: 'mails held out a third time, written blind', fixtures: BLIND },
  { part: 'mails in Dutch', fixtures: DUTCH },
  { part: 'mails that no rule has seen', fixtures: BLIND_AGAIN },
];
const ALL = PARTS.flatMap(({ fixtures }) => fixtures);
/** Those of which each is told apart, as the rules were changed until it was. */
const KNOWN = ALL.filter((fixture) => !BLIND_AGAIN.includes(fixture));

let judged: readonly Judged[];

beforeAll(async () => {
  judged = await judge(ALL);
});

describe('the corpus', () => {
  it('has each class at the precision and recall that it must have', () => {
    for (const { part, fixtures } of PARTS) {
      const own = judged.filter(({ fixture }) => fixtures.includes(fixture));
      console.log(`${part}, ${fixtures.length}\n${table(own)}`);
    }
    for (const type of ['out_of_office', 'bounce', 'opt_out'] as const) {
      const { precision, recall } = figuresOf(judged, type);
      expect(precision, type).toBeGreaterThanOrEqual(0.97);
      expect(recall, type).toBeGreaterThanOrEqual(0.97);
    }
  });

  it('loses no person’s mail', () => {
    const lost = judged
      .filter(({ fixture }) => fixture.type === 'human')
      .filter(({ answer }) => LOST.includes(answer.type));
    expect(lost.map(({ fixture }) => nameOf(fixture))).toEqual([]);
  });

  it.each(KNOWN.map((fixture) => ({ title: nameOf(fixture), fixture })))(
    '$title',
    ({ fixture }) => {
      const own = judged.find((one) => one.fixture === fixture);
      expect(own?.answer).toMatchObject({ type: fixture.type, ...fixture.facts });
    },
  );

  it.each(CORPUS.filter(({ reply }) => reply !== undefined).map((f) => [nameOf(f), f] as const))(
    'words of %s',
    async (_, fixture) => {
      expect(replyText(await parseMime(bytesOf(fixture)))).toBe(fixture.reply);
    },
  );
});
