import {
  firstIdAt,
  personPattern,
  withoutPerson,
  type BlobStore,
  type DataEraser,
  type ErasedAddress,
  type Id,
  type StandIn,
} from '@cadenza/domain';
import { ERASURE_STEPS, type ErasureJob, type ErasureStep } from '../ports/erasures.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';
import { personRule, wordsOf } from './person-rule.ts';
import type { RedactingOf } from './redacting.ts';

export interface ErasureWorkOptions {
  readonly store: EngineStore;
  readonly blobs: BlobStore;
  readonly standIn: StandIn;
  readonly redact: RedactingOf;
  /** Null: the provider is not asked, since there is no key for it. */
  readonly eraser: DataEraser | null;
  /** Ends the work between two batches. */
  readonly stopping: () => boolean;
}

export interface ErasureRound {
  /** The erasure that was worked on; null where none was due. */
  readonly worked: TenantRef | null;
  readonly done: boolean;
  /** Why it could not go on, without personal data; null: it could. */
  readonly failure: string | null;
}

/** Real milliseconds for which an erasure belongs to its worker, from one batch to the next. */
const LEASE_MS = 60_000;
/** Real milliseconds after the first failure, doubled by each further one up to the last. */
const RETRY = { firstMs: 5_000, longestMs: 3_600_000 };
/** Rows of each kind, raw deliveries, and mails, of one batch. */
const ROWS = 500;
const DELIVERIES = 500;
const MAILS = 50;
/** Real milliseconds by which a row's id may be older than it: clocks differ, and transactions last. */
const LATE_MS = 3_600_000;
/** Before every id. */
const FIRST_ID: Id = '00000000-0000-0000-0000-000000000000';

/**
 * Goes on with one erasure that is due, batch by batch, to its end or until it is told to stop. What
 * is done is kept, so that whoever goes on begins where it ended; one that fails is tried again later.
 */
export async function workErasures(options: ErasureWorkOptions): Promise<ErasureRound> {
  const { store } = options;
  const claimed = await store.claimErasure(LEASE_MS);
  if (claimed === null) return { worked: null, done: false, failure: null };
  const bound = [claimed.tenantId];
  let job = await store.transaction(bound, (tx) => tx.loadErasure(claimed));
  try {
    while (job !== null && !options.stopping()) {
      const { id, tenantId } = job;
      const next = await work(job, options);
      await deleteErasedBlobs(tenantId, options);
      const ref = { tenantId, id };
      if (next === WAITS) {
        const { step, afterId } = job;
        const later = { step, afterId, leaseMs: RETRY.firstMs };
        await store.transaction(bound, (tx) => tx.moveErasure(ref, later));
        return { worked: claimed, done: false, failure: null };
      }
      job = await store.transaction(bound, async (tx) => {
        if (next === null) await tx.finishErasure(ref);
        else await tx.moveErasure(ref, { ...next, leaseMs: LEASE_MS });
        return tx.loadErasure(ref);
      });
    }
    return { worked: claimed, done: job === null, failure: null };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const failure = withoutPerson(words, job?.subject.addresses ?? []);
    const retryMs = Math.min(RETRY.firstMs * 2 ** (job?.attempts ?? 0), RETRY.longestMs);
    await store.transaction(bound, (tx) => tx.failErasure(claimed, failure, retryMs));
    return { worked: claimed, done: false, failure };
  }
}

interface Place {
  readonly step: ErasureStep;
  readonly afterId: Id;
}

/** What is to be erased next is not there yet: the same batch is done again some seconds later. */
const WAITS = 'waits';

/** One batch. @returns where it goes on; null at the end. */
async function work(
  job: ErasureJob,
  options: ErasureWorkOptions,
): Promise<Place | null | typeof WAITS> {
  switch (job.step) {
    case 'rows':
    case 'again':
      return afterStep(job, await eraseRows(job, options));
    case 'deliveries': {
      const { waits, last } = await eraseDeliveries(job, options);
      return waits ? WAITS : afterStep(job, last);
    }
    case 'mails':
      return afterStep(job, await eraseMails(job, options));
    case 'provider':
      return afterStep(job, await eraseAtProvider(job, options));
  }
}

/** @param last the id after which the step goes on; null: it has ended. */
function afterStep(job: ErasureJob, last: Id | null): Place | null {
  if (last !== null) return { step: job.step, afterId: last };
  const step = ERASURE_STEPS[ERASURE_STEPS.indexOf(job.step) + 1];
  return step === undefined ? null : { step, afterId: startOf(step, job) };
}

/** Before the first id of a step. What is looked at again is what has come since. */
function startOf(step: ErasureStep, { requestedAt }: ErasureJob): Id {
  return step === 'again' ? firstIdAt(requestedAt - LATE_MS) : FIRST_ID;
}

/** Those of a person's addresses that no other tenant writes to. */
async function onlyOurs(
  { subject, tenantId }: ErasureJob,
  store: EngineStore,
): Promise<readonly ErasedAddress[]> {
  const known = await store.tenantsOfAddresses(subject.addresses.map(({ address }) => address));
  const elsewhere = new Set(
    known.filter((one) => one.tenantId !== tenantId).map(({ value }) => value),
  );
  return subject.addresses.filter(({ address }) => !elsewhere.has(address));
}

/** The person's own rows are all in the first batch. */
async function eraseRows(job: ErasureJob, { store }: ErasureWorkOptions): Promise<Id | null> {
  const ours = await onlyOurs(job, store);
  return store.transaction([job.tenantId], async (tx) => {
    if (job.afterId === startOf(job.step, job)) {
      await tx.eraseOwn(job);
      if (ours.length > 0) await tx.erasePushes(ours);
    }
    return tx.eraseMentions(job, ROWS);
  });
}

/**
 * What is not processed yet stays as it came: a text message finds whose it is by the person's number,
 * another tenant's as well. Whoever processes it may have begun before the person was erased, so that
 * the erasure waits for them.
 */
async function eraseDeliveries(
  job: ErasureJob,
  { store, standIn, redact }: ErasureWorkOptions,
): Promise<{ readonly waits: boolean; readonly last: Id | null }> {
  const { tenantId, contactId, afterId, subject } = job;
  const ours = await onlyOurs(job, store);
  return store.transaction([tenantId], async (tx) => {
    const messageIds = await tx.messageIdsOf({ tenantId, id: contactId });
    const rule = personRule({
      tenantId,
      messageIds: new Set(messageIds),
      addresses: subject.addresses,
      onlyOurs: ours,
      standIn,
    });
    const { suspects, last } = await tx.suspectDeliveries({
      tenantId,
      afterId,
      words: [...wordsOf(subject.addresses), ...messageIds],
      limit: DELIVERIES,
    });
    const mentioning = suspects.flatMap(({ id, provider, payload, waits }) => {
      const redacted = redact[provider].delivery(payload, rule);
      return redacted === null ? [] : [{ id, payload: redacted, waits }];
    });
    await tx.rewriteDeliveries(mentioning.filter(({ waits }) => !waits));
    const providers = new Map(suspects.map(({ id, provider }) => [id, provider]));
    const aside = await tx.quarantinedOf([...providers.keys()]);
    await tx.rewriteQuarantined(
      aside.map((one) => {
        const provider = providers.get(one.deliveryId) ?? 'sendgrid';
        return { ...one, raw: redact[provider].quarantined(one.raw, rule) };
      }),
    );
    return { waits: mentioning.some(({ waits }) => waits), last };
  });
}

/** Mails that were put aside, or came twice, and mention the person, go as a whole. */
async function eraseMails(
  job: ErasureJob,
  { store, blobs }: ErasureWorkOptions,
): Promise<Id | null> {
  const ours = await onlyOurs(job, store);
  const { mails, last } = await store.unrecordedMails(job.tenantId, job.afterId, MAILS);
  const found: string[] = [];
  for (const { tenantId, blobKey } of mails) {
    const wanted = tenantId === null ? ours : job.subject.addresses;
    if (await mentionsAny(blobs, blobKey, wanted)) found.push(blobKey);
  }
  if (found.length > 0) {
    await store.transaction([job.tenantId], (tx) => tx.noteErasedBlobs(job.tenantId, found));
  }
  return last;
}

async function mentionsAny(
  blobs: BlobStore,
  key: string,
  addresses: readonly ErasedAddress[],
): Promise<boolean> {
  const bytes = await blobs.get(key);
  if (bytes === null || addresses.length === 0) return false;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('latin1');
  return addresses.some(({ address }) => new RegExp(personPattern(address), 'i').test(text));
}

/** An account that tenants share forgets nobody whom another of them writes to. */
async function eraseAtProvider(
  job: ErasureJob,
  { store, eraser }: ErasureWorkOptions,
): Promise<null> {
  if (eraser === null) return null;
  const mailsOf = (addresses: readonly ErasedAddress[]) =>
    addresses.map(({ address }) => address).filter((address) => address.includes('@'));
  const all = mailsOf(job.subject.addresses);
  const ours = mailsOf(await onlyOurs(job, store));
  if (all.length > 0) await eraser.erase(ours, { tenantId: job.tenantId, addresses: all });
  return null;
}

/** Deletes files that erasures have left behind; what is not deleted now is the next time. */
export async function deleteErasedBlobs(
  tenantId: Id,
  { store, blobs }: Pick<ErasureWorkOptions, 'store' | 'blobs'>,
): Promise<void> {
  const keys = await store.transaction([tenantId], (tx) => tx.erasedBlobs(tenantId));
  for (const key of keys) await blobs.delete(key);
  if (keys.length > 0) {
    await store.transaction([tenantId], (tx) => tx.forgetErasedBlobs(tenantId, keys));
  }
}
