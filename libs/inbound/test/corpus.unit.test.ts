import { beforeAll, describe, expect, it } from 'vitest';
import { parseMime, replyText } from '../src/index.ts';
import { bytesOf } from './corpus/build.ts';
import { HELD_OUT_AGAIN } from './corpus/held-out-again.ts';
import { HELD_OUT } from './corpus/held-out.ts';
import { CORPUS } from './corpus/index.ts';
import { figuresOf, judge, nameOf, table, type Judged } from './corpus/measure.ts';

/** What a person's mail must never be taken for: nobody would read it. */
const LOST = ['bounce', 'complaint', 'auto_reply', 'out_of_office'];

let judged: readonly Judged[];
let heldOut: readonly Judged[];
let heldOutAgain: readonly Judged[];

beforeAll(async () => {
  judged = await judge(CORPUS);
  heldOut = await judge(HELD_OUT);
  heldOutAgain = await judge(HELD_OUT_AGAIN);
});

describe('the corpus', () => {
  it('has each class at the precision and recall that it must have', () => {
    console.log(`the corpus that the rules were made by, ${CORPUS.length} mails\n${table(judged)}`);
    console.log(`mails held out, ${HELD_OUT.length}\n${table(heldOut)}`);
    console.log(`mails held out again, ${HELD_OUT_AGAIN.length}\n${table(heldOutAgain)}`);
    const all = [...judged, ...heldOut, ...heldOutAgain];
    for (const type of ['out_of_office', 'bounce', 'opt_out'] as const) {
      const { precision, recall } = figuresOf(all, type);
      expect(precision, type).toBeGreaterThanOrEqual(0.97);
      expect(recall, type).toBeGreaterThanOrEqual(0.97);
    }
  });

  it('loses no person’s mail', () => {
    const lost = [...judged, ...heldOut, ...heldOutAgain]
      .filter(({ fixture }) => fixture.type === 'human')
      .filter(({ answer }) => LOST.includes(answer.type));
    expect(lost.map(({ fixture }) => nameOf(fixture))).toEqual([]);
  });

  it.each(CORPUS.map((fixture, index) => ({ index, title: nameOf(fixture), fixture })))(
    '$title',
    ({ index, fixture }) => {
      expect(judged[index]?.answer).toMatchObject({ type: fixture.type, ...fixture.facts });
    },
  );

  it.each(CORPUS.filter(({ reply }) => reply !== undefined).map((f) => [nameOf(f), f] as const))(
    'words of %s',
    async (_, fixture) => {
      expect(replyText(await parseMime(bytesOf(fixture)))).toBe(fixture.reply);
    },
  );
});
