import type { Id } from '@cadenza/domain';
import type { GuardThresholds } from '../guards/thresholds.ts';
import type { TenantRef } from './refs.ts';

/** What became of what a sender handed over in the last so many milliseconds. */
export interface SenderCounts {
  readonly senderIdentityId: Id;
  readonly email: string;
  readonly paused: boolean;
  /** Campaign milliseconds. */
  readonly windowMs: number;
  /**
   * Hand-offs that were accepted, by whole hours; none from before the sender was last resumed, nor
   * are failures of those counted.
   */
  readonly sent: number;
  /** Contacts to whom messages bounced for good, each once. */
  readonly bounced: readonly Id[];
  /** Contacts who reported messages as spam, each once. */
  readonly complained: readonly Id[];
}

/** Something that was done, for those who ask later by whom, or why without anybody's word. */
export interface AuditedAction {
  readonly tenantId: Id;
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly entityId: string;
  /** As it was, and as it is; null where there is nothing to show. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface Guards {
  /** Of every sender of the tenant that has handed something over in the longest of the windows. */
  senderCounts(tenantId: Id, windowsMs: readonly number[]): Promise<SenderCounts[]>;
  guardThresholds(tenantId: Id): Promise<GuardThresholds>;
  /**
   * Takes failures of the tenant that are due to be judged; answers with how many. Two that judge the
   * same tenant take turns.
   */
  takeFailures(tenantId: Id): Promise<number>;
  /** Has the failures of these senders judged again in so many real milliseconds. */
  judgeAgain(senders: readonly TenantRef[], inMs: number): Promise<void>;
  /** Forgets failures of messages that were handed over so many campaign milliseconds ago. */
  forgetFailures(tenantId: Id, olderThanMs: number): Promise<void>;
  audit(action: AuditedAction): Promise<void>;
}

export interface GuardClaims {
  /** Tenants, some of whose messages came back since they were judged. */
  tenantsToGuard(limit: number): Promise<Id[]>;
}
