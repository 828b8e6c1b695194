import type { Id, ProviderLists } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/** Addresses of one request, and of one statement. */
const CHUNK = 1_000;
/** Before every id. */
const FIRST_ID: Id = '00000000-0000-0000-0000-000000000000';

/**
 * Puts on the provider's list what none of the tenants who know the address may write to, and takes
 * back what we have put there, where one may write to it again. What is to be put there is recorded
 * before: where the answer is lost it is put there once more, and it is never taken for somebody's own
 * unsubscribe. What is there already is theirs, and stays there.
 */
export async function pushSuppressions({
  store,
  lists,
}: {
  readonly store: EngineStore;
  readonly lists: ProviderLists;
}): Promise<{ pushed: number; takenBack: number }> {
  let takenBack = 0;
  for (let after = FIRST_ID; ;) {
    const stale = await store.pushesToTakeBack(after, CHUNK);
    for (const { id, value } of stale) {
      await lists.resubscribe(value);
      await store.forgetPush(id);
      takenBack += 1;
    }
    if (stale.length < CHUNK) break;
    after = stale.at(-1)?.id ?? after;
  }
  let pushed = 0;
  for (let after = FIRST_ID; ;) {
    const { values, last, full } = await store.suppressionsToPush(after, CHUNK);
    if (values.length > 0) {
      const theirs = new Set<string>();
      const fresh = await store.newPushes(values);
      for (const address of fresh) if (await lists.isUnsubscribed(address)) theirs.add(address);
      await store.beginPushes(fresh.map((value) => ({ value, theirs: theirs.has(value) })));
      const ours = values.filter((value) => !theirs.has(value));
      if (ours.length > 0) await lists.unsubscribe(ours);
      await store.finishPushes(values);
      pushed += ours.length;
    }
    if (!full) return { pushed, takenBack };
    after = last;
  }
}
