import type { EpochMs, Id } from '@cadenza/domain';
import type { EnrollmentState, FoldBase, MachineSettings, RecordedInput } from '@cadenza/plan';
import type { TenantRef } from './refs.ts';

/** An input as it was recorded, with what was recorded of its effect. */
export interface RecordedTransition {
  readonly recorded: RecordedInput;
  /** The input's own time, as the column beside it has it. */
  readonly ownAt: EpochMs;
  readonly settings: MachineSettings;
  readonly machineVersion: number;
  readonly outcome: string;
  readonly fromNode: string | null;
  readonly toNode: string | null;
  readonly effects: Readonly<Record<string, readonly string[]>>;
}

/** What stands for an enrollment's inputs up to `seq`, which are not kept any more. */
export interface EnrollmentSnapshot extends FoldBase {
  /** Of the machine that folded them. */
  readonly machineVersion: number;
}

/** A future step that is pending or dispatched. */
export interface LiveAction {
  readonly key: string;
  readonly dueAt: EpochMs;
}

/** A message by its current attempt. */
export interface MessageOfEnrollment {
  readonly nodeId: string;
  readonly visit: number;
  readonly attempt: number;
  readonly status: string;
}

/** All that is stored of an enrollment's course, as it was at one moment. */
export interface EnrollmentHistory extends TenantRef {
  readonly planVersionId: Id;
  readonly version: number;
  readonly state: EnrollmentState;
  readonly base: FoldBase;
  readonly snapshot: EnrollmentSnapshot | null;
  /** Those after the snapshot, by `seq`. */
  readonly inputs: readonly RecordedTransition[];
  readonly actions: readonly LiveAction[];
  readonly messages: readonly MessageOfEnrollment[];
}

/** A page of a tenant's enrollments, in the order of their ids. */
export interface EnrollmentPage {
  readonly tenantId: Id;
  /** Null where the page begins with the first one. */
  readonly after: Id | null;
  readonly limit: number;
}

/** What verifying takes, and taking away inputs that nothing needs any more. */
export interface Histories {
  /** In one statement, so that what is under way is seen as it was before or after. */
  historiesAfter(
    page: EnrollmentPage & { readonly campaignId: Id | null },
  ): Promise<EnrollmentHistory[]>;
  historiesOf(refs: readonly TenantRef[]): Promise<EnrollmentHistory[]>;
  /** By enrollment id; most have none. */
  snapshotsOf(refs: readonly TenantRef[]): Promise<Map<Id, EnrollmentSnapshot>>;
  /**
   * Ended enrollments of which nothing was recorded since a campaign time, with inputs up to their
   * base. Left out are those of which a hand-off can still be taken back, or be proven after all:
   * a message is under way, or one was released.
   */
  detachable(page: EnrollmentPage & { readonly before: EpochMs }): Promise<TenantRef[]>;
  /**
   * Keeps snapshots, and deletes the inputs that they stand for.
   *
   * @returns how many inputs that were.
   */
  detachInputs(
    rows: readonly (TenantRef & { readonly snapshot: EnrollmentSnapshot })[],
  ): Promise<number>;
}
