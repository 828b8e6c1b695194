import type { EpochMs } from '@cadenza/domain';
import { severalAtOnce } from '../batch/several-at-once.ts';
import { countBy } from '../count-by.ts';
import { enrolSome, type EnrolOptions } from '../enrol/enrol.ts';
import type { AudienceJob, AudienceStretch } from '../ports/audiences.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { LAST_ID, placeWith, stretchesFrom } from './audience-place.ts';

export interface AudienceWorkOptions extends Omit<EnrolOptions, 'store'> {
  readonly store: Pick<EngineStore, 'transaction' | 'claimAudience'>;
  /** Real milliseconds, from any moment. */
  readonly monotonic: () => EpochMs;
  /** Ends the work between two chunks. */
  readonly stopping: () => boolean;
}

export interface AudienceRound {
  /** The audience that was worked on; null where none was due. */
  readonly worked: TenantRef | null;
  /** Contacts that were enrolled in this round. */
  readonly enrolled: number;
  /** Why it could not go on; null: it could. */
  readonly failure: string | null;
}

/**
 * Contacts that one transaction enrols, and looks at: few round trips for many, and no lock is held for
 * long, whatever the filter asks and whomever it means.
 */
const CHUNK = { found: 1_000, looked: 10_000 };
/** Transactions at once: while the database writes one, the next is prepared. */
const AT_ONCE = 2;
/** Real milliseconds for which an audience belongs to its worker, from one chunk to the next. */
const LEASE_MS = 60_000;
/** Real milliseconds after which the next audience has its turn. */
const TURN_MS = 5_000;
/** Real milliseconds after the first failure, doubled by each further one up to the last. */
const RETRY = { firstMs: 5_000, longestMs: 3_600_000 };

/** Ends a chunk that is not to be: the audience was canceled, or somebody else has gone on with it. */
class OvertakenError extends Error {}

/**
 * Enrols people of the audience that has waited longest, chunk by chunk, until all are or its turn
 * is over. What a chunk did is counted in its transaction, together with where it lies: whoever goes
 * on after a crash enrols nobody twice, and forgets nobody.
 */
export async function workAudiences(options: AudienceWorkOptions): Promise<AudienceRound> {
  const { store, monotonic } = options;
  const claimed = await store.claimAudience(LEASE_MS);
  if (claimed === null) return { worked: null, enrolled: 0, failure: null };
  const bound = [claimed.tenantId];
  const until = monotonic() + TURN_MS;
  let enrolled = 0;
  let attempts = 0;
  try {
    const job = await store.transaction(bound, (tx) => tx.lockAudience(claimed));
    if (job === null) return { worked: claimed, enrolled, failure: null };
    attempts = job.attempts;
    const chunks = stretchesFrom(
      job,
      (contacts, all) =>
        store.transaction(bound, (tx) => tx.nextOfAudience(job, contacts, all ? null : CHUNK)),
      () => !options.stopping() && monotonic() < until,
    );
    await severalAtOnce(chunks, AT_ONCE, async (chunk) => {
      const more = await store.transaction(bound, (tx) => enrolChunk(tx, job, chunk, options));
      enrolled += more;
    });
    await store.transaction(bound, (tx) => tx.releaseAudience(claimed));
    return { worked: claimed, enrolled, failure: null };
  } catch (error) {
    if (error instanceof OvertakenError) return { worked: claimed, enrolled, failure: null };
    const failure = error instanceof Error ? error.message : String(error);
    const retryMs = Math.min(RETRY.firstMs * 2 ** attempts, RETRY.longestMs);
    await store.transaction(bound, (tx) => tx.failAudience(claimed, failure, retryMs));
    return { worked: claimed, enrolled, failure };
  }
}

/**
 * @returns how many were enrolled.
 * @throws OvertakenError
 */
async function enrolChunk(
  tx: EngineTransaction,
  job: AudienceJob,
  chunk: AudienceStretch,
  options: AudienceWorkOptions,
): Promise<number> {
  const { tenantId, campaignId } = job;
  const { contactIds } = chunk;
  const result = await enrolSome(tx, { tenantId, campaignId, contactIds }, options);
  if (result === null) throw new Error(`campaign ${campaignId} is not there any more`);
  // Locked last: chunks at once wait for each other no longer than it takes to count.
  const former = await tx.lockAudience(job);
  const place = former === null ? null : placeWith(former, chunk);
  if (place === null) throw new OvertakenError();
  await tx.advanceAudience(job, {
    place: place.afterId === LAST_ID ? null : place,
    enrolled: result.enrolled.length,
    warned: result.warned.length,
    refused: countBy(result.refused, ({ reason }) => reason),
    leaseMs: LEASE_MS,
  });
  return result.enrolled.length;
}
