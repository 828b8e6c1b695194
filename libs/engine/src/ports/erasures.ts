import type { EpochMs, ErasedAddress, Id } from '@cadenza/domain';
import type { DeliveryProvider } from './deliveries.ts';
import type { DeliveryRef, TenantRef } from './refs.ts';

/** What an erasure looks for. */
export interface ErasureSubject {
  readonly addresses: readonly ErasedAddress[];
}

/**
 * The parts of an erasure that may be long, in their order: rows that mention the person, raw
 * deliveries, inbound mails that nobody has a row of, rows again (for what was being recorded
 * meanwhile), and the provider.
 */
export const ERASURE_STEPS = ['rows', 'deliveries', 'mails', 'again', 'provider'] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

/** An erasure under way. */
export interface ErasureJob extends TenantRef {
  readonly contactId: Id;
  /** The company that was emptied with the contact; null: none was. */
  readonly leadId: Id | null;
  readonly requestedAt: EpochMs;
  readonly subject: ErasureSubject;
  readonly step: ErasureStep;
  /** The id after which the step goes on. */
  readonly afterId: Id;
  readonly attempts: number;
}

/** A stored delivery as it is now, which nobody else changes before the transaction ends. */
export interface HeldDelivery {
  readonly id: Id;
  readonly provider: DeliveryProvider;
  readonly payload: Buffer;
  /** Whether it waits to be processed. */
  readonly waits: boolean;
}

/** An element in quarantine. */
export interface QuarantinedElement {
  readonly deliveryId: Id;
  readonly position: number;
  readonly raw: unknown;
}

/** Erasing people, within one transaction. */
export interface Erasures {
  /** Lets nobody add an address of this tenant before the transaction ends. */
  holdAddresses(tenantId: Id): Promise<void>;
  /** The latest erasure of a contact; null where there is none. */
  erasureOf(contact: TenantRef): Promise<Id | null>;
  /**
   * Addresses and phone numbers by which a contact is reached, and those that messages to them went
   * to; `shared`: another contact is reached by it now.
   */
  reachOf(contact: TenantRef): Promise<{ readonly address: string; readonly shared: boolean }[]>;
  /** Enrollments of a contact, ended ones as well. */
  allEnrollmentsOf(contact: TenantRef): Promise<TenantRef[]>;
  /**
   * Writes an erasure, and takes the person out of what is kept of them by their id. The audit log
   * says so without them.
   */
  erasePerson(erasure: {
    readonly tenantId: Id;
    readonly id: Id;
    readonly contactId: Id;
    readonly subject: ErasureSubject;
    /** What stands for addresses in messages to the person. */
    readonly standIns: readonly ErasedAddress[];
    readonly actor: string;
  }): Promise<void>;
  /** Null where it is not under way. */
  loadErasure(ref: TenantRef): Promise<ErasureJob | null>;
  /** Takes away what is left of the person in rows that are about them. */
  eraseOwn(job: ErasureJob): Promise<void>;
  /**
   * Takes the person out of rows that mention them, after `job.afterId` in the order of ids: at most
   * so many of each kind.
   *
   * @returns the last id looked at; null at the end.
   */
  eraseMentions(job: ErasureJob, limit: number): Promise<Id | null>;
  /** The same of addresses that wait to be told to the provider; no other tenant knows them. */
  erasePushes(addresses: readonly ErasedAddress[]): Promise<void>;
  /** Messages to a contact. */
  messageIdsOf(contact: TenantRef): Promise<Id[]>;
  /**
   * Deliveries of the tenant and of nobody after an id, in its order.
   *
   * @returns those whose bytes hold one of these words, held as by `holdDeliveries`, and the last id
   *   looked at; null at the end.
   */
  suspectDeliveries(page: {
    readonly tenantId: Id;
    readonly afterId: Id;
    readonly words: readonly string[];
    readonly limit: number;
  }): Promise<{ readonly suspects: HeldDelivery[]; readonly last: Id | null }>;
  /**
   * Holds deliveries to the end of the transaction, and reads them then: who puts other bytes in their
   * place, or in that of what is quarantined of them, makes these of what whoever came before has left.
   */
  holdDeliveries(ids: readonly Id[]): Promise<HeldDelivery[]>;
  /** What is quarantined of these deliveries. */
  quarantinedOf(deliveryIds: readonly Id[]): Promise<QuarantinedElement[]>;
  /** Puts other bytes in the place of stored ones; the hash stays, so that they do not come again. */
  rewriteDeliveries(
    deliveries: readonly { readonly id: Id; readonly payload: Buffer }[],
  ): Promise<void>;
  rewriteQuarantined(elements: readonly QuarantinedElement[]): Promise<void>;
  /** Keeps that files are to be deleted. */
  noteErasedBlobs(tenantId: Id, keys: readonly string[]): Promise<void>;
  /** Moves an erasure on, and holds it for so many real milliseconds more. */
  moveErasure(
    ref: TenantRef,
    to: { readonly step: ErasureStep; readonly afterId: Id; readonly leaseMs: number },
  ): Promise<void>;
  /** Ends an erasure: nothing of the person is left in it. */
  finishErasure(ref: TenantRef): Promise<void>;
  /** Keeps why an erasure could not go on, and after how many real milliseconds it does. */
  failErasure(ref: TenantRef, error: string, retryMs: number): Promise<void>;
  erasedBlobs(tenantId: Id): Promise<string[]>;
  forgetErasedBlobs(tenantId: Id, keys: readonly string[]): Promise<void>;
}

/** The same across tenants. */
export interface ErasureClaims {
  /** An erasure that is due, for `leaseMs` real milliseconds the caller's; null where none is. */
  claimErasure(leaseMs: number): Promise<TenantRef | null>;
  /** Which of these stand-ins are of people that tenants have erased. */
  erasedAmong(
    standIns: readonly string[],
  ): Promise<{ readonly tenantId: Id; readonly standIn: string }[]>;
  /**
   * Processed and quarantined mails of which no tenant has a row, after an id, in its order: those of
   * this tenant, and those that are nobody's.
   *
   * @returns `last`, the id to go on after; null at the end.
   */
  unrecordedMails(
    tenantId: Id,
    afterId: Id,
    limit: number,
  ): Promise<{
    readonly mails: readonly (DeliveryRef & { readonly blobKey: string })[];
    readonly last: Id | null;
  }>;
  /** Those of these keys that some row names. */
  knownBlobs(keys: readonly string[]): Promise<ReadonlySet<string>>;
}
