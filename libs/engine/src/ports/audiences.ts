import type { AudienceFilter, EpochMs, Id } from '@cadenza/domain';
import type { TenantRef } from './records.ts';

/** Who is meant, of a tenant's contacts that were not erased. */
export interface AudienceQuery {
  readonly tenantId: Id;
  readonly filter: AudienceFilter;
  /** Campaign time from which the filter looks back. */
  readonly asOf: EpochMs;
  /** Real time up to which contacts were made, to the microsecond (a fraction); null: all. */
  readonly madeUntil: EpochMs | null;
}

/** A filter whose people are being enrolled, which nobody else goes on with meanwhile. */
export interface AudienceJob extends TenantRef {
  readonly campaignId: Id;
  readonly filter: AudienceFilter;
  readonly asOf: EpochMs;
  readonly madeUntil: EpochMs;
  /** The id of the contact after which it goes on. */
  readonly afterId: Id;
  /** Failures since it last went on. */
  readonly attempts: number;
}

/** What came of some of an audience. */
export interface AudienceProgress {
  /** The last contact looked at; null: there were no more. */
  readonly afterId: Id | null;
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
   * Who of a tenant's next contacts, by id, is of an audience. So many are looked at, whoever they are:
   * it takes no longer where hardly anybody is meant.
   */
  audienceAmong(
    who: AudienceQuery,
    span: { readonly afterId: Id; readonly contacts: number },
  ): Promise<{
    readonly ids: readonly Id[];
    /** The last contact looked at where there may be more; null: there are no more. */
    readonly lastId: Id | null;
  }>;
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
