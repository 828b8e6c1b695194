import { createHash } from 'node:crypto';
import {
  newId,
  type BlobStore,
  type Clock,
  type EpochMs,
  type Id,
  type ProviderEvent,
  type StandIn,
} from '@cadenza/domain';
import {
  classifyInbound,
  inboundFromFields,
  replyText,
  type InboundClass,
  type InboundFile,
  type InboundMail,
} from '@cadenza/inbound';
import { deleteErasedBlobs } from '../erasure/work-erasures.ts';
import { recordEvents, type RecordOptions } from '../events/record-events.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type {
  InboundDelivery,
  InboundEffect,
  NewInboundAttachment,
  NewInboundMessage,
} from '../ports/inbound.ts';
import type { MessageRecord } from '../ports/messages.ts';
import type { DeliveryRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { recordAbsences } from '../replies/record-absences.ts';
import { stopColleagues } from '../replies/stop-colleagues.ts';
import { suppressWithin } from '../suppress/suppress.ts';
import { completeAnswered } from './complete-answered.ts';
import { isBelieved, provesAcceptance, saidBy, type SaidEvent } from './effect-of.ts';
import { erasedSender, isOfErased, withoutWriter } from './erased-writer.ts';
import { matchInbound, type InboundMatch } from './match-inbound.ts';
import { BlobsAwayError, reachableBlobs } from './reachable-blobs.ts';
import { isVouchedFor } from './vouched-sender.ts';

/** The form in which a provider posts a mail, taken apart; or why it is none. */
export type InboundForm =
  | {
      readonly ok: true;
      readonly fields: Readonly<Record<string, Uint8Array>>;
      readonly files: readonly InboundFile[];
    }
  | { readonly ok: false; readonly reason: string };

export interface InboundOptions {
  readonly store: EngineStore;
  readonly blobs: BlobStore;
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly graceMs: number;
  /** The provider's format. */
  readonly read: (contentType: string, body: AsyncIterable<Uint8Array>) => Promise<InboundForm>;
  /** Secrets of signed addresses by key id; none: no address is read. */
  readonly addressKeys: Readonly<Record<string, string>>;
  /** Knows people who were erased before. Null: their mail is kept as it came. */
  readonly standIn?: StandIn | null;
}

/** What came of a mail, for metrics. */
export type InboundResult =
  | {
      readonly outcome: 'recorded';
      readonly id: Id;
      readonly kind: InboundClass['type'];
      readonly effect: InboundEffect | null;
    }
  /** It had come before, in another delivery. */
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'quarantined'; readonly reason: string }
  /** It does not wait to be processed. */
  | { readonly outcome: 'gone' };

/** How often a mail is processed in vain before it is put aside. */
const MAX_ATTEMPTS = 10;

/**
 * Processes a stored inbound mail: reads it, finds the message that it answers, and records it with
 * what follows in one transaction of its tenant. Doing it again changes nothing. What cannot be read,
 * what is nobody's, and what fails ten times is put aside with its reason. A blob store that is away
 * counts as no failure of the mail. One that is processed again keeps what it brought about: only what
 * was lost of it comes back.
 *
 * @throws whatever kept it from its end; the mail waits to be tried again.
 */
export async function processInbound(
  ref: DeliveryRef,
  options: InboundOptions,
): Promise<InboundResult> {
  const { store } = options;
  const delivery = await store.loadInbound(ref);
  if (delivery === null) return { outcome: 'gone' };
  // An attempt that took its process with it has counted itself, and left no error behind.
  if (delivery.attempts > MAX_ATTEMPTS) {
    return putAside(delivery, `not processed in ${MAX_ATTEMPTS} attempts`, store);
  }
  try {
    return await process(delivery, options);
  } catch (error) {
    if (error instanceof BlobsAwayError) await store.postponeInbound(delivery);
    if (error instanceof BlobsAwayError || delivery.attempts < MAX_ATTEMPTS) throw error;
    const words = error instanceof Error ? error.message : String(error);
    return putAside(delivery, `attempt ${delivery.attempts} failed: ${words}`, store);
  }
}

async function process(delivery: InboundDelivery, options: InboundOptions): Promise<InboundResult> {
  const { store } = options;
  const blobs = reachableBlobs(options.blobs);
  if (delivery.truncated) {
    return putAside(delivery, `larger than what is kept: ${delivery.bytes} bytes came`, store);
  }
  const body = await blobs.get(delivery.blobKey);
  if (body === null) throw new Error(`the blob store has nothing under ${delivery.blobKey}`);
  const form = await options.read(delivery.contentType, body);
  if (!form.ok) return putAside(delivery, form.reason, store);
  const mail = await inboundFromFields(form.fields, form.files);
  if (mail.flaws.includes('no_headers') && mail.from === null) {
    return putAside(delivery, 'no mail: it has neither headers nor a sender', store);
  }
  const judged = classifyInbound(mail, { now: delivery.arrivedAt });
  const match = await matchInbound(mail, judged, {
    ...options,
    ownerId: delivery.tenantId,
    at: delivery.arrivedAt,
  });
  const tenantId = match?.tenantId ?? delivery.tenantId;
  const sender = await erasedSender(mail, tenantId, options);
  if (tenantId === null) {
    const result = await putAside(delivery, 'names no message of ours', store);
    if (sender !== null) await options.blobs.delete(delivery.blobKey);
    return result;
  }

  const dedupeKey = dedupeKeyOf(mail, delivery, match);
  const tenantIds = [tenantId];
  const known = await store.transaction(tenantIds, (tx) => tx.findInbound(tenantId, dedupeKey));
  const erased = sender !== null || (await isOfErased(match, tenantId, store));
  const attachments = known !== null || erased ? [] : await keepAttachments(mail, delivery, blobs);
  const understood: Understood = {
    delivery,
    mail,
    judged,
    match,
    vouchedFor: isVouchedFor(mail, form.fields),
    tenantId,
    dedupeKey,
    attachments,
    erasedAs: erased ? (sender ?? '') : null,
  };
  const result = await store.transaction(tenantIds, async (tx) => {
    const recorded = known ?? (await tx.findInbound(tenantId, dedupeKey));
    const outcome =
      recorded === null
        ? await record(tx, understood, options)
        : await recordAgain(tx, understood, recorded, options);
    await tx.finishInbound(delivery.id);
    if (erased) await tx.noteErasedBlobs(tenantId, [delivery.blobKey]);
    return outcome;
  });
  if (erased) await deleteErasedBlobs(tenantId, { store, blobs: options.blobs });
  return result;
}

interface Understood {
  readonly delivery: InboundDelivery;
  readonly mail: InboundMail;
  readonly judged: InboundClass;
  readonly match: InboundMatch | null;
  /** The sender's domain stands behind the address that the mail is said to be from. */
  readonly vouchedFor: boolean;
  readonly tenantId: Id;
  readonly dedupeKey: string;
  readonly attachments: readonly NewInboundAttachment[];
  /** What stands for the sender, who was erased before; null: they were not. */
  readonly erasedAs: string | null;
}

/** What a mail says of a message of ours, as far as it is believed. */
interface Meaning {
  /** Null where it is about no message, or about one that is gone. */
  readonly message: MessageRecord | null;
  readonly believed: boolean;
  readonly said: SaidEvent | null;
}

async function meaningOf(
  tx: EngineTransaction,
  { delivery, judged, match, vouchedFor, tenantId }: Understood,
): Promise<Meaning> {
  const attempt =
    match?.message ??
    (match?.contactId ? await latestTo(tx, tenantId, match.contactId, delivery.arrivedAt) : null);
  const [message = null] =
    attempt === null ? [] : await tx.findAttempts([{ tenantId, ...attempt }]);
  const believed =
    match !== null &&
    isBelieved(delivery.verdict, match.by) &&
    (match.by !== 'sender' || vouchedFor);
  return {
    message,
    believed,
    said: believed ? saidBy(judged, match, message?.toAddress ?? null) : null,
  };
}

/** Brings back what is lost of the event of a mail that is recorded, where somebody asked for it. */
async function recordAgain(
  tx: EngineTransaction,
  understood: Understood,
  id: Id,
  options: InboundOptions,
): Promise<InboundResult> {
  if (understood.delivery.again) {
    const { message, said } = await meaningOf(tx, understood);
    if (said !== null && message !== null) {
      await recordSaid(tx, { said, message, understood, id }, { ...options, again: true });
    }
  }
  return { outcome: 'duplicate' };
}

async function recordSaid(
  tx: EngineTransaction,
  what: {
    readonly said: SaidEvent;
    readonly message: MessageRecord;
    readonly understood: Understood;
    readonly id: Id;
  },
  options: RecordOptions,
): Promise<void> {
  const { said, message, understood, id } = what;
  const { delivery, tenantId } = understood;
  await recordEvents(
    tx,
    [
      {
        deliveryId: delivery.id,
        ownerId: tenantId,
        position: 0,
        event: eventOf(said, message, understood, id),
        reference: { tenantId, messageId: message.id, attempt: message.attempt },
      },
    ],
    options,
  );
}

/** Effects come first: enrollments are locked before anything that refers to them. */
async function record(
  tx: EngineTransaction,
  understood: Understood,
  options: InboundOptions,
): Promise<InboundResult> {
  const { delivery, mail, judged, match, tenantId } = understood;
  const id = newId();
  const { message, believed, said } = await meaningOf(tx, understood);
  const contactId = match?.contactId ?? message?.contactId ?? null;
  if (judged.type === 'out_of_office' && contactId !== null) {
    await tx.holdPeople([{ tenantId, contactId }]);
  }
  if (said !== null && message !== null) {
    // An event that has outlived its mail has had its effect, or lost it.
    const { again } = delivery;
    await recordSaid(tx, { said, message, understood, id }, { ...options, again });
  }
  if (said === null && believed && message !== null && match && provesAcceptance(match.by)) {
    await completeAnswered(tx, message, recording(options));
  }
  const unsubscribed =
    said?.effect === 'unsubscribed' && match?.contactId
      ? await unsubscribeContact(tx, { tenantId, id: match.contactId }, message, said, options)
      : false;
  const held =
    believed && contactId !== null && (await hold({ ...understood, contactId }, tx, options));
  const told = said !== null && (message !== null || unsubscribed) ? said.effect : null;
  const effect = held ? 'away' : told;
  if (effect === 'replied' && contactId !== null) {
    await stopColleagues(
      tx,
      [{ tenantId, contactId, inputId: understood.dedupeKey, at: delivery.arrivedAt }],
      recording(options),
    );
  }
  const whole: NewInboundMessage = {
    tenantId,
    id,
    deliveryId: delivery.id,
    dedupeKey: understood.dedupeKey,
    messageId: message?.id ?? null,
    enrollmentId: message?.enrollmentId ?? null,
    contactId,
    verdict: delivery.verdict,
    matchedBy: match?.by ?? null,
    confidence: match?.confidence ?? null,
    kind: judged.type,
    kindConfidence: judged.confidence,
    signs: judged.signs,
    effect,
    fromAddress: mail.from?.address ?? '',
    recipients: mail.recipients,
    subject: mail.subject,
    messageIdHeader: mail.messageId,
    text: mail.text,
    html: mail.html,
    replyText: replyText(mail),
    returnOn: judged.type === 'out_of_office' ? judged.returnDate : null,
    headers: mail.headers,
    details: { ...detailsOf(judged), ...(mail.flaws.length > 0 ? { flaws: mail.flaws } : {}) },
    receivedAt: delivery.arrivedAt,
    attachments: understood.attachments,
  };
  const { erasedAs } = understood;
  const isNew = await tx.insertInbound(erasedAs === null ? whole : withoutWriter(whole, erasedAs));
  return isNew ? { outcome: 'recorded', id, kind: judged.type, effect } : { outcome: 'duplicate' };
}

/** @returns whether something waits for the person to be back. */
async function hold(
  answer: Understood & { readonly contactId: Id },
  tx: EngineTransaction,
  options: InboundOptions,
): Promise<boolean> {
  const { judged, tenantId, contactId, dedupeKey, delivery } = answer;
  if (judged.type !== 'out_of_office') return false;
  const { returnDate } = judged;
  const held = await recordAbsences(
    tx,
    [{ tenantId, contactId, inputId: `away:${dedupeKey}`, at: delivery.arrivedAt, returnDate }],
    recording(options),
  );
  return held.length > 0;
}

function recording({ plans, clock, graceMs }: InboundOptions) {
  return { plans, now: clock.now(), graceMs };
}

async function latestTo(tx: EngineTransaction, tenantId: Id, contactId: Id, at: EpochMs) {
  const found = await tx.latestMessageTo({ tenantId, id: contactId }, at);
  return found === null ? null : { id: found.id, attempt: found.attempt };
}

/** The address of the person may be another by now than the one that the message went to. */
async function unsubscribeContact(
  tx: EngineTransaction,
  contact: { readonly tenantId: Id; readonly id: Id },
  message: MessageRecord | null,
  said: SaidEvent,
  { plans, clock, graceMs }: InboundOptions,
): Promise<boolean> {
  const address = await tx.addressOf(contact);
  const isAnother = address !== null && address !== message?.toAddress;
  if (isAnother) {
    await suppressWithin(
      tx,
      {
        tenantId: contact.tenantId,
        entries: [
          {
            channel: 'email',
            kind: 'address',
            value: address,
            reason: 'unsubscribed',
            source: said.source,
            at: null,
          },
        ],
        actor: 'recipient',
      },
      { plans, now: () => clock.now(), graceMs },
    );
  }
  const added = await tx.addContactOptOuts([
    {
      tenantId: contact.tenantId,
      contactId: contact.id,
      channel: 'email',
      value: isAnother ? address : null,
      reason: 'unsubscribed',
      source: said.source,
      at: clock.now(),
    },
  ]);
  return isAnother || added > 0;
}

function eventOf(
  said: SaidEvent,
  message: MessageRecord,
  { delivery, dedupeKey }: Understood,
  inboundId: Id,
): ProviderEvent {
  return {
    type: said.type,
    bounceKind: said.bounceKind,
    statusCode: said.statusCode,
    reason: said.reason,
    source: said.source,
    rawType: 'inbound',
    at: delivery.arrivedAt,
    reference: { tenantId: message.tenantId, messageId: message.id, attempt: message.attempt },
    providerMessageId: null,
    providerEventId: inboundId,
    smtpId: null,
    recipient: null,
    actor: 'human',
    machineSign: null,
    url: null,
    urlOffset: null,
    bounceClassification: null,
    dedupeKey: sha256(['inbound', said.type, message.id, dedupeKey]),
    raw: {},
  };
}

/**
 * The same mail may come in several deliveries, whose forms differ in their boundaries. What nobody
 * vouches for must not stand in the way of the same mail when somebody does.
 */
function dedupeKeyOf(
  mail: InboundMail,
  { verdict }: InboundDelivery,
  match: InboundMatch | null,
): string {
  return sha256([
    verdict === 'unverified' ? 'unverified' : 'believed',
    match?.message?.id ?? match?.contactId ?? '',
    mail.messageId ?? '',
    mail.from?.address ?? '',
    mail.subject,
    String(mail.date ?? ''),
    mail.text,
  ]);
}

function sha256(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What a kind says besides what has a column of its own. */
function detailsOf(judged: InboundClass): Readonly<Record<string, unknown>> {
  switch (judged.type) {
    case 'auto_reply':
      return { reason: judged.reason, alternativeContact: judged.alternativeContact };
    case 'bounce':
      return {
        recipients: judged.recipients,
        delayed: judged.delayed,
        originalMessageId: judged.originalMessageId,
      };
    case 'complaint':
      return {
        recipient: judged.recipient,
        feedbackType: judged.feedbackType,
        originalMessageId: judged.originalMessageId,
      };
    case 'opt_out':
      return { via: judged.via };
    case 'human':
    case 'forwarded':
    case 'out_of_office':
      return {};
  }
}

/** The same files have the same keys when the mail is processed again. */
async function keepAttachments(
  mail: InboundMail,
  delivery: InboundDelivery,
  blobs: Pick<BlobStore, 'put'>,
): Promise<NewInboundAttachment[]> {
  const kept: NewInboundAttachment[] = [];
  for (const [position, one] of mail.attachments.entries()) {
    const blobKey = `inbound-attachments/${delivery.id.slice(0, 6)}/${delivery.id}/${position}`;
    await blobs.put(blobKey, once(one.content));
    kept.push({
      id: newId(),
      filename: one.filename,
      contentType: one.contentType,
      bytes: one.size,
      blobKey,
    });
  }
  return kept;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

async function putAside(
  delivery: InboundDelivery,
  reason: string,
  store: EngineStore,
): Promise<InboundResult> {
  await store.quarantineInbound(delivery, reason);
  return { outcome: 'quarantined', reason };
}
