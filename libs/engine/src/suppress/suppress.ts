import { newId, type EpochMs, type Id, type SuppressionReason } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { SuppressionTarget } from '../ports/suppressions.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

export interface Suppressed {
  /** How many were not on the list before. */
  readonly added: number;
  /** Enrollments that were active, and are not any more. */
  readonly endedEnrollmentIds: readonly Id[];
}

export interface SuppressOptions {
  readonly store: Pick<EngineStore, 'transaction'>;
  readonly plans: PlanCache;
  /** Campaign time now. */
  readonly now: () => EpochMs;
  readonly graceMs: number;
}

/** One line of a list: what is suppressed, and why. */
export interface SuppressionEntry extends SuppressionTarget {
  readonly reason: SuppressionReason;
  /** Who or what said so, without personal data. */
  readonly source: string;
  /** Campaign time of the first word of it; now where it is null. */
  readonly at: EpochMs | null;
}

export interface SuppressRequest {
  readonly tenantId: Id;
  readonly entries: readonly SuppressionEntry[];
  /** Who is named in the audit log. */
  readonly actor: string;
}

/** Enrollments that a transaction ends of a domain, of which there can be any number. */
const CHUNK = 1_000;

/**
 * Suppresses addresses and domains for a tenant: in one transaction the queued messages to them are
 * cancelled and their active enrollments end, so that no hand-off whose gates were asked after it
 * can begin. Of domains so many end there as one transaction should lock; the rest in those that
 * follow, while the gate holds from the first on. Saying it twice changes nothing but the time last
 * seen.
 */
export async function suppress(
  request: SuppressRequest,
  options: SuppressOptions,
): Promise<Suppressed> {
  const { tenantId, entries } = request;
  const { added, endedEnrollmentIds } = await options.store.transaction([tenantId], (tx) =>
    suppressWithin(tx, request, options),
  );
  const domains = entries.filter(isMailDomain);
  if (domains.length === 0) return { added, endedEnrollmentIds };
  const later = await endSuppressed(tenantId, domains, options);
  return { added, endedEnrollmentIds: [...endedEnrollmentIds, ...later] };
}

/** The first part of it, for a transaction that does more. */
export async function suppressWithin(
  tx: EngineTransaction,
  { tenantId, actor, entries }: SuppressRequest,
  options: Omit<SuppressOptions, 'store'>,
): Promise<Suppressed> {
  const now = options.now();
  const rows = entries.map((entry) => ({
    ...entry,
    tenantId,
    messageId: null,
    at: entry.at ?? now,
  }));
  let added = 0;
  const endedEnrollmentIds = await endEnrollments(
    tx,
    await activeOf(tx, tenantId, entries),
    now,
    options,
    async () => {
      added = await tx.upsertSuppressions(rows, actor);
    },
  );
  return { added, endedEnrollmentIds };
}

/** Ends what is still active of a tenant's suppressed addresses and domains, some at a time. */
export async function endSuppressed(
  tenantId: Id,
  targets: readonly SuppressionTarget[],
  options: SuppressOptions,
): Promise<Id[]> {
  const all: Id[] = [];
  for (;;) {
    const { found, ended } = await options.store.transaction([tenantId], async (tx) => {
      const refs = await activeOf(tx, tenantId, targets);
      return {
        found: refs.length,
        ended: await endEnrollments(tx, refs, options.now(), options),
      };
    });
    all.push(...ended);
    if (found === 0) return all;
  }
}

/** Active enrollments of all these addresses, and some of the domains'. */
async function activeOf(
  tx: EngineTransaction,
  tenantId: Id,
  targets: readonly SuppressionTarget[],
): Promise<TenantRef[]> {
  const ref = ({ channel, value }: SuppressionTarget) => ({ tenantId, channel, value });
  return [
    ...(await tx.activeEnrollmentsOf(targets.filter(isAddress).map(ref))),
    ...(await tx.activeEnrollmentsOfDomains(targets.filter(isMailDomain).map(ref), CHUNK)),
  ];
}

/**
 * Locks enrollments, does what else belongs to it, and ends those that are active.
 *
 * @returns their ids.
 */
export async function endEnrollments(
  tx: EngineTransaction,
  refs: readonly TenantRef[],
  now: EpochMs,
  { plans, graceMs }: Pick<SuppressOptions, 'plans' | 'graceMs'>,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<Id[]> {
  const locked = await tx.lockEnrollments(refs);
  const active = locked.filter(({ state }) => state.phase !== 'ended');
  await meanwhile();
  await applyInputs(
    tx,
    active.map(({ tenantId, id }) => ({
      tenantId,
      enrollmentId: id,
      inputId: `suppressed:${newId()}`,
      input: { kind: 'suppressed', at: now, reason: 'address_suppressed' },
    })),
    { plans, now, graceMs, locked: active },
  );
  return active.map(({ id }) => id);
}

function isAddress({ kind }: SuppressionTarget): boolean {
  return kind === 'address';
}

function isMailDomain({ channel, kind }: SuppressionTarget): boolean {
  return channel === 'email' && kind === 'domain';
}
