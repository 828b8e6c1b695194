import type { AudienceFilter, EpochMs, Id } from '@cadenza/domain';
import type { TenantRef } from './refs.ts';

/** Who is meant, of a tenant's contacts that were not erased. */
export interface AudienceQuery {
  readonly tenantId: Id;
  readonly filter: AudienceFilter;
  /** Campaign time from which the filter looks back. */
  readonly asOf: EpochMs;
  /** Real time up to which contacts were made, to the microsecond (a fraction); null: all. */
  readonly madeUntil: EpochMs | null;
}

/** Contacts by id: those after the one, up to the last. */
export interface ContactRange {
  readonly afterId: Id;
  readonly lastId: Id;
}

/** Contacts that were looked at, and who of them is of an audience. */
export interface AudienceStretch extends ContactRange {
  readonly contactIds: readonly Id[];
}

/** How far an audience has come. */
export interface AudiencePlace {
  /** The id of the contact after which it goes on. */
  readonly afterId: Id;
  /** What is done beyond that already; what lies between is under way, or has failed. */
  readonly ahead: ContactRange | null;
}

/** A filter whose people are being enrolled. */
export interface AudienceJob extends TenantRef, AudiencePlace {
  readonly campaignId: Id;
  readonly filter: AudienceFilter;
  readonly asOf: EpochMs;
  readonly madeUntil: EpochMs;
  /** Failures since it last went on. */
  readonly attempts: number;
}

/** What came of some of an audience. */
export interface AudienceProgress {
  /** How far it has come with that; null: it is done. */
  readonly place: AudiencePlace | null;
  readonly enrolled: number;
  readonly warned: number;
  /** Contacts that were not enrolled, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Real milliseconds for which it belongs to its worker. */
  readonly leaseMs: number;
}

/** Audiences, within one transaction. */
export interface Audiences {
  countAudience(who: AudienceQuery): Promise<number>;
  /** The first contacts of an audience, by id. */
  audienceContacts(who: AudienceQuery, limit: number): Promise<Id[]>;
  /**
   * Who comes next of an audience among these contacts, by id. So many are looked at, and no more: it
   * takes no longer where hardly anybody is meant.
   *
   * @param most null: all of them.
   */
  nextOfAudience(
    who: AudienceQuery,
    contacts: ContactRange,
    most: { readonly found: number; readonly looked: number } | null,
  ): Promise<AudienceStretch>;
  /** Locks an audience. @returns null where nothing of it is left to be done. */
  lockAudience(ref: TenantRef): Promise<AudienceJob | null>;
  advanceAudience(ref: TenantRef, progress: AudienceProgress): Promise<void>;
  /** Lets an audience be gone on with by whoever comes next, after others that wait. */
  releaseAudience(ref: TenantRef): Promise<void>;
  /** Says why an audience could not be gone on with, and when that is tried again. */
  failAudience(ref: TenantRef, error: string, retryMs: number): Promise<void>;
}

/** Looks across tenants. */
export interface AudienceClaims {
  /** The audience that has waited longest, for so many real milliseconds; null where none waits. */
  claimAudience(leaseMs: number): Promise<TenantRef | null>;
}
