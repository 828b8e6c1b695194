import { newId, type EpochMs, type Id, type StandIn } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { EngineStore } from '../ports/store.ts';

export interface ErasureOptions {
  readonly store: Pick<EngineStore, 'transaction'>;
  readonly plans: PlanCache;
  /** Campaign time now. */
  readonly now: () => EpochMs;
  readonly graceMs: number;
  readonly standIn: StandIn;
}

/**
 * Erases a person (GDPR Art. 17). In one transaction their enrollments end and what is queued for
 * them is cancelled, what is kept of them by their id is taken away, and their addresses are refused
 * from then on: by imports, by changes of contacts, and by enrolment. What takes longer is left to
 * {@link workErasures}. Saying it again changes nothing.
 *
 * @returns the erasure's id; null where the tenant has no such contact.
 */
export function requestErasure(
  request: { readonly tenantId: Id; readonly contactId: Id; readonly actor: string },
  options: ErasureOptions,
): Promise<Id | null> {
  const { tenantId, contactId, actor } = request;
  const contact = { tenantId, id: contactId };
  return options.store.transaction([tenantId], async (tx) => {
    await tx.holdAddresses(tenantId);
    if (!(await tx.lockContact(contact))) return null;
    const former = await tx.erasureOf(contact);
    if (former !== null) return former;

    const reach = await tx.reachOf(contact);
    const locked = await tx.lockEnrollments(await tx.allEnrollmentsOf(contact));
    const now = options.now();
    const active = locked.filter(({ state }) => state.phase !== 'ended');
    await applyInputs(
      tx,
      active.map((enrollment) => ({
        tenantId,
        enrollmentId: enrollment.id,
        inputId: `suppressed:${newId()}`,
        input: { kind: 'suppressed', at: now, reason: 'erased' },
      })),
      { plans: options.plans, now, graceMs: options.graceMs, locked: active },
    );
    const id = newId();
    const pairs = (list: typeof reach) =>
      list.map(({ address }) => ({ address, standIn: options.standIn(address) }));
    // Whoever is reached by one of these addresses now is somebody else, and goes on.
    const subject = { addresses: pairs(reach.filter(({ shared }) => !shared)) };
    await tx.erasePerson({ tenantId, id, contactId, subject, standIns: pairs(reach), actor });
    return id;
  });
}
