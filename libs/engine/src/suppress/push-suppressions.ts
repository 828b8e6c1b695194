import type { FoundOutList, Id, ProviderLists, SuppressionReason } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/** Addresses of one request, and of one statement. */
const CHUNK = 1_000;
/** Before every id. */
const FIRST_ID: Id = '00000000-0000-0000-0000-000000000000';

/**
 * Where the provider keeps what a suppression says that is taken off our list. Whoever agrees to be
 * written to says that the address takes mail. What people have told the provider is not here: it is
 * theirs, and a complaint is lifted by nothing.
 */
const FOUND_OUT: Readonly<Partial<Record<SuppressionReason, readonly FoundOutList[]>>> = {
  hard_bounce: ['bounces', 'blocks'],
  soft_bounces: ['bounces', 'blocks'],
  invalid_address: ['invalid_emails'],
  unsubscribed: ['bounces', 'blocks', 'invalid_emails'],
};

/**
 * Puts on the provider's list what none of the tenants who know the address may write to, and takes
 * back what we have put there, where one may write to it again. What is to be put there is recorded
 * before: where the answer is lost it is put there once more, and it is never taken for somebody's own
 * unsubscribe. What is there already is theirs, and stays there. What was taken off our list, and may
 * be written to, is taken off the provider's lists of what it has found out.
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
    const removed = await store.removalsToPush(after, CHUNK);
    for (const { id, value, reason } of removed) {
      const concerned = FOUND_OUT[reason] ?? [];
      for (const list of concerned) await lists.remove(list, value);
      await store.forgetRemoval(id);
      if (concerned.length > 0) takenBack += 1;
    }
    if (removed.length < CHUNK) break;
    after = removed.at(-1)?.id ?? after;
  }
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
