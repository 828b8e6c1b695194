import type { EpochMs } from '@cadenza/domain';
import { countBy } from '../count-by.ts';
import { enrolSome, type EnrolOptions } from '../enrol/enrol.ts';
import type { AudienceJob } from '../ports/audiences.ts';
import type { TenantRef } from '../ports/records.ts';
import type { EngineStore, EngineTransaction } from '../ports/store.ts';

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
 * Contacts that one transaction looks at: few round trips for many, and no lock is held for long,
 * whatever the filter asks.
 */
const CHUNK = 1_000;
/** Real milliseconds for which an audience belongs to its worker, from one chunk to the next. */
const LEASE_MS = 60_000;
/** Real milliseconds after which the next audience has its turn. */
const TURN_MS = 5_000;
/** Real milliseconds after the first failure, doubled by each further one up to the last. */
const RETRY = { firstMs: 5_000, longestMs: 3_600_000 };

/**
 * Enrols people of the audience that has waited longest, chunk by chunk, until all are or its turn
 * is over. What a chunk did is counted in its transaction, together with where the next one begins:
 * whoever goes on after a crash enrols nobody twice, and forgets nobody.
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
    for (let more = true; more;) {
      const chunk = await store.transaction(bound, async (tx) => {
        const job = await tx.lockAudience(claimed);
        attempts = job?.attempts ?? 0;
        return job === null ? null : enrolChunk(tx, job, options);
      });
      enrolled += chunk?.enrolled ?? 0;
      more = chunk?.more === true && !options.stopping() && monotonic() < until;
    }
    await store.transaction(bound, (tx) => tx.releaseAudience(claimed));
    return { worked: claimed, enrolled, failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const retryMs = Math.min(RETRY.firstMs * 2 ** attempts, RETRY.longestMs);
    await store.transaction(bound, (tx) => tx.failAudience(claimed, failure, retryMs));
    return { worked: claimed, enrolled, failure };
  }
}

async function enrolChunk(
  tx: EngineTransaction,
  job: AudienceJob,
  options: AudienceWorkOptions,
): Promise<{ readonly enrolled: number; readonly more: boolean }> {
  const { tenantId, campaignId, afterId } = job;
  const { ids: contactIds, lastId } = await tx.audienceAmong(job, { afterId, contacts: CHUNK });
  const result = await enrolSome(tx, { tenantId, campaignId, contactIds }, options);
  if (result === null) throw new Error(`campaign ${campaignId} is not there any more`);
  await tx.advanceAudience(job, {
    afterId: lastId,
    enrolled: result.enrolled.length,
    warned: result.warned.length,
    refused: countBy(result.refused, ({ reason }) => reason),
    leaseMs: LEASE_MS,
  });
  return { enrolled: result.enrolled.length, more: lastId !== null };
}
