import type { Id } from '@cadenza/domain';
import type { AudiencePlace, AudienceStretch, ContactRange } from '../ports/audiences.ts';

/** No contact comes after it. */
export const LAST_ID: Id = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * How far an audience has come with another stretch of its contacts done.
 *
 * @returns null where it lies neither where the audience goes on nor where what is done ahead ends:
 *   somebody else has done some of it meanwhile.
 */
export function placeWith(place: AudiencePlace, done: ContactRange): AudiencePlace | null {
  const { afterId, ahead } = place;
  if (done.afterId === afterId) {
    if (ahead === null || done.lastId < ahead.afterId) return { afterId: done.lastId, ahead };
    return done.lastId === ahead.afterId ? { afterId: ahead.lastId, ahead: null } : null;
  }
  if (ahead === null) return done.afterId > afterId ? { afterId, ahead: done } : null;
  return done.afterId === ahead.lastId
    ? { afterId, ahead: { afterId: ahead.afterId, lastId: done.lastId } }
    : null;
}

/**
 * The stretches of contacts that an audience has not come to, one after another, as long as it goes on;
 * the first one in any case. What was passed over is one stretch, as it was.
 *
 * @param findNext the first stretch of these contacts, or all of them.
 */
export async function* stretchesFrom(
  { afterId: first, ahead }: AudiencePlace,
  findNext: (contacts: ContactRange, all: boolean) => Promise<AudienceStretch>,
  goesOn: () => boolean,
): AsyncGenerator<AudienceStretch> {
  let afterId = first;
  do {
    const isPassedOver = ahead !== null && afterId < ahead.afterId;
    const lastId = isPassedOver ? ahead.afterId : LAST_ID;
    const stretch = await findNext({ afterId, lastId }, isPassedOver);
    yield stretch;
    afterId = isPassedOver ? ahead.lastId : stretch.lastId;
  } while (afterId !== LAST_ID && goesOn());
}
