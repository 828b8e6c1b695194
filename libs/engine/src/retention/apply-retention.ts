import type { BlobStore, Id } from '@cadenza/domain';
import { deleteErasedBlobs } from '../erasure/work-erasures.ts';
import type { EngineStore } from '../ports/store.ts';
import { detachInputs } from './detach-inputs.ts';

export interface AppliedRetention {
  /** Raw deliveries that were deleted. */
  readonly deliveries: number;
  /** Answers to words by text message that were deleted. */
  readonly answers: number;
  readonly events: number;
  /** Inbound mails that were deleted, with their files. */
  readonly mails: number;
  /** Inputs that a snapshot stands for now. */
  readonly inputs: number;
  /** More was found than one round deletes. */
  readonly more: boolean;
}

export interface RetentionOptions {
  readonly store: EngineStore;
  /** Where inbound mail is kept. */
  readonly blobs: BlobStore;
  /** Whole months for which deliveries are kept that belong to no tenant; null: for ever. */
  readonly sharedDeliveryMonths: number | null;
  /** Deliveries, answers, and events of one tenant, that are deleted in one round at most. */
  readonly limit: number;
}

/** Rows of one transaction. */
const PAGE = 2_000;
const TENANTS = 100;
/** Mails of one transaction, each with files of its own. */
const MAILS = 200;

/**
 * Deletes what tenants do not want kept any longer, and answers to words that nobody needs. Events that are older are not recorded from
 * before the first of them is deleted, so that a replay brings none back. What is done for a tenant
 * is not looked for again before the next month.
 *
 * @throws what it threw for the last tenant for whom it failed, after the others have had their turn.
 */
export async function applyRetention(options: RetentionOptions): Promise<AppliedRetention> {
  const { store, limit } = options;
  let [events, mails, inputs] = [0, 0, 0];
  let failure: { readonly error: unknown } | null = null;
  const deliveries = await store.deleteOldDeliveries(options.sharedDeliveryMonths, limit);
  const answers = await store.deleteOldSmsAnswers(limit);
  let more = deliveries === limit || answers === limit;
  for (let after: Id | null = null; ;) {
    const tenants: Id[] = await store.tenantsToRetain(after, TENANTS);
    for (const tenantId of tenants) {
      try {
        const deleted = await deleteEvents(tenantId, options);
        events += deleted.events;
        more ||= deleted.more;
        inputs += await detach(tenantId, store);
        mails += await deleteMails(tenantId, options);
      } catch (error) {
        failure = { error };
      }
    }
    if (tenants.length < TENANTS) break;
    after = tenants.at(-1) ?? null;
  }
  if (failure !== null) throw failure.error;
  return { deliveries, answers, events, mails, inputs, more };
}

async function deleteEvents(
  tenantId: Id,
  { store, limit }: RetentionOptions,
): Promise<{ events: number; more: boolean }> {
  const before = await store.transaction([tenantId], (tx) => tx.eventsToDelete(tenantId));
  if (before === null) return { events: 0, more: false };
  let events = 0;
  for (;;) {
    const page = Math.min(PAGE, limit - events);
    if (page === 0) return { events, more: true };
    const deleted = await store.transaction([tenantId], async (tx) => {
      const count = await tx.deleteEvents({ tenantId, before, limit: page });
      if (count < page) await tx.eventsDeleted(tenantId, before);
      return count;
    });
    events += deleted;
    if (deleted < page) return { events, more: false };
  }
}

async function deleteMails(
  tenantId: Id,
  { store, blobs }: Pick<RetentionOptions, 'store' | 'blobs'>,
): Promise<number> {
  const before = await store.transaction([tenantId], (tx) => tx.inboundToDelete(tenantId));
  if (before === null) return 0;
  let mails = 0;
  for (let full = true; full;) {
    const count = await store.transaction([tenantId], (tx) =>
      tx.deleteInbound({ tenantId, before, limit: MAILS }),
    );
    await deleteErasedBlobs(tenantId, { store, blobs });
    mails += count;
    full = count === MAILS;
  }
  await store.transaction([tenantId], (tx) => tx.inboundDeleted(tenantId, before));
  return mails;
}

async function detach(tenantId: Id, store: EngineStore): Promise<number> {
  const before = await store.transaction([tenantId], (tx) => tx.inputsToDetach(tenantId));
  if (before === null) return 0;
  const { inputs } = await detachInputs({ tenantId, before }, { store });
  await store.transaction([tenantId], (tx) => tx.inputsDetached(tenantId, before));
  return inputs;
}
