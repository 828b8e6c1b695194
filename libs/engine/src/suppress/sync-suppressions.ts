import type {
  EpochMs,
  ListedAddress,
  ProviderList,
  ProviderLists,
  SuppressionReason,
} from '@cadenza/domain';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { NewSuppression } from '../ports/suppressions.ts';
import type { EngineStore } from '../ports/store.ts';
import { optOutsOf } from './opt-outs.ts';
import { pushSuppressions } from './push-suppressions.ts';
import { endEnrollments } from './suppress.ts';

export interface SyncOptions {
  readonly store: EngineStore;
  readonly lists: ProviderLists;
  readonly plans: PlanCache;
  /** Campaign time now. */
  readonly now: () => EpochMs;
  readonly graceMs: number;
}

export interface SyncResult {
  /** Suppressions that are new, of all tenants. */
  readonly pulled: number;
  readonly endedEnrollments: number;
  /** Addresses put on the provider's list, and taken back from it. */
  readonly pushed: number;
  readonly takenBack: number;
}

/** The lists that suppress, each with its reason. `blocks` are about one message, and do not. */
const PULLED: readonly (readonly [list: ProviderList, reason: SuppressionReason])[] = [
  ['bounces', 'hard_bounce'],
  ['invalid_emails', 'invalid_address'],
  ['spam_reports', 'spamreport'],
  ['unsubscribes', 'unsubscribed'],
];
/** Who is named in the audit log and as the source. */
export const SYNC_ACTOR = 'provider_sync';
/**
 * Campaign milliseconds for which an entry of a list is left to the webhook, which says more about
 * it, and by which a list is read again where it was read to: it may have been behind then.
 */
const MARGIN_MS = 3_600_000;

/**
 * Brings suppressions and the lists of the provider's account in step: what came onto those since
 * they were read last holds from now on for every tenant that has the address as a contact's, with
 * all that a suppression ends; and what nobody who knows it may write to is put on the account's list
 * of global unsubscribes. Done twice it changes nothing.
 *
 * @throws what the provider's lists throw; how far each was read is kept.
 */
export async function syncSuppressions(options: SyncOptions): Promise<SyncResult> {
  const { store, lists } = options;
  const until = options.now() - MARGIN_MS;
  const read = await store.suppressionSyncs();
  let pulled = 0;
  let endedEnrollments = 0;
  for (const [list, reason] of PULLED) {
    const from = (read.get(list) ?? 0) - MARGIN_MS;
    for await (const page of lists.entries(list, from, until)) {
      const done = await pull(list, reason, page, options);
      pulled += done.added;
      endedEnrollments += done.ended;
    }
    await store.noteSuppressionSync(list, until);
  }
  const { pushed, takenBack } = await pushSuppressions({ store, lists });
  await store.noteSuppressionSync('pushes', until);
  return { pulled, endedEnrollments, pushed, takenBack };
}

/** Campaign time at which the last whole sync ended; null where there was none. */
export async function lastSync(store: EngineStore): Promise<EpochMs | null> {
  const until = (await store.suppressionSyncs()).get('pushes');
  return until === undefined ? null : until + MARGIN_MS;
}

async function pull(
  list: ProviderList,
  reason: SuppressionReason,
  page: readonly ListedAddress[],
  { store, plans, now, graceMs }: SyncOptions,
): Promise<{ added: number; ended: number }> {
  const final = page.filter((entry) => entry.final);
  // What we have put there ourselves is news of nobody.
  const own =
    list === 'unsubscribes'
      ? await store.pushedAddresses(final.map(({ address }) => address))
      : new Set<string>();
  const times = new Map(
    final.filter(({ address }) => !own.has(address)).map(({ address, at }) => [address, at]),
  );
  const concerned = await store.tenantsOfAddresses([...times.keys()]);
  if (concerned.length === 0) return { added: 0, ended: 0 };
  const tenantIds = [...new Set(concerned.map(({ tenantId }) => tenantId))].sort();
  return store.transaction(tenantIds, async (tx) => {
    const rows = await tx.withoutLifted(
      concerned.map(({ tenantId, value }): NewSuppression => ({
        tenantId,
        channel: 'email',
        kind: 'address',
        value,
        reason,
        source: SYNC_ACTOR,
        messageId: null,
        at: times.get(value) ?? now(),
      })),
    );
    let added = 0;
    const ended = await endEnrollments(
      tx,
      await tx.activeEnrollmentsOf(rows),
      now(),
      { plans, graceMs },
      async () => {
        added = await tx.upsertSuppressions(rows, SYNC_ACTOR);
        await tx.addContactOptOuts(optOutsOf(rows, null));
      },
    );
    return { added, ended: ended.length };
  });
}
