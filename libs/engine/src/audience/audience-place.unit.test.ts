import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AudiencePlace, ContactRange } from '../ports/audiences.ts';
import { LAST_ID, placeWith, stretchesFrom } from './audience-place.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const idOf = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`;

/** So many ids of a range, of ids 1 to `count`. */
function among(count: number, size: number) {
  return ({ afterId, lastId }: ContactRange, all: boolean) => {
    const at = Number(afterId.slice(-12)) + size;
    const isLast = all || at > count;
    return Promise.resolve({ afterId, lastId: isLast ? lastId : idOf(at), contactIds: [] });
  };
}

/** All ids of 1 to `count` that these stretches hold. */
function held(stretches: readonly ContactRange[], count: number): string[] {
  return Array.from({ length: count }, (_, n) => idOf(n + 1)).flatMap((id) =>
    stretches.filter(({ afterId, lastId }) => id > afterId && id <= lastId).map(() => id),
  );
}

describe('how far an audience has come', () => {
  test('holds each contact once, in whatever order two at once end, fail and begin again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.array(
          fc.record({ size: fc.integer({ min: 1, max: 7 }), ends: fc.infiniteStream(fc.nat(5)) }),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        async (count, turns) => {
          let place: AudiencePlace = { afterId: FIRST_ID, ahead: null };
          const done: ContactRange[] = [];
          for (const [nth, { size, ends }] of [...turns, ...turns.slice(-1)].entries()) {
            if (place.afterId === LAST_ID) break;
            const isLast = nth === turns.length;
            const stretches = stretchesFrom(place, among(count, size), () => true);
            const underWay: ContactRange[] = [];
            let failed = false;
            let more = true;
            for (let moves = 0; more || underWay.length > 0; moves += 1) {
              while (more && !failed && underWay.length < 2) {
                const next = await stretches.next();
                if (next.done === true) more = false;
                else underWay.push(next.value);
              }
              if (failed) more = false;
              const move: number = moves > 500 ? 0 : (ends.next().value as number);
              const [one] = underWay.splice(move % 2 === 1 && underWay.length === 2 ? 1 : 0, 1);
              if (one === undefined) continue;
              if (!isLast && move === 5) {
                failed = true;
                continue;
              }
              const now = placeWith(place, one);
              expect(now).not.toBeNull();
              place = now ?? place;
              done.push(one);
              // Nobody may count it again.
              expect(placeWith(place, one)).toBeNull();
            }
          }
          expect(place).toEqual({ afterId: LAST_ID, ahead: null });
          expect(held(done, count)).toEqual(held([{ afterId: FIRST_ID, lastId: LAST_ID }], count));
        },
      ),
    );
  });

  test('does not change by what lies elsewhere', () => {
    const place = { afterId: idOf(2), ahead: { afterId: idOf(4), lastId: idOf(6) } };
    const elsewhere = [
      [0, 2],
      [1, 3],
      [2, 5],
      [3, 4],
      [4, 6],
      [5, 7],
      [7, 8],
    ] as const;
    for (const [from, to] of elsewhere) {
      expect(placeWith(place, { afterId: idOf(from), lastId: idOf(to) })).toBeNull();
    }
    expect(placeWith(place, { afterId: idOf(2), lastId: idOf(3) })).toEqual({
      ...place,
      afterId: idOf(3),
    });
    expect(placeWith(place, { afterId: idOf(2), lastId: idOf(4) })).toEqual({
      afterId: idOf(6),
      ahead: null,
    });
  });

  test('ends a turn after a stretch, the first at the earliest', async () => {
    const place = { afterId: FIRST_ID, ahead: null };
    const stretches = [];
    for await (const one of stretchesFrom(place, among(9, 3), () => false)) stretches.push(one);
    expect(stretches).toEqual([{ afterId: FIRST_ID, lastId: idOf(3), contactIds: [] }]);
  });
});
