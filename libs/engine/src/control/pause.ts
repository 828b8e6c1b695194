import type { Id } from '@cadenza/domain';
import type { AuditedAction } from '../ports/guards.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

/** Who pauses or resumes something by their word, for the audit log: `api_key:<id>`, `operator`. */
export type Operator = string;

/**
 * Stops a campaign's sends from beginning; people keep moving on events and time-outs. Messages
 * that had been dispatched become pending again, so that a resume plans fresh slots for them.
 *
 * @returns whether the tenant has such a campaign, and it was running.
 */
export function pauseCampaign(
  store: Pick<EngineStore, 'transaction'>,
  ref: TenantRef,
  reason: string,
  by: Operator | null = null,
): Promise<boolean> {
  return store.transaction([ref.tenantId], async (tx) => {
    const changed = await tx.setCampaignStatus(ref, 'paused', reason);
    if (changed) {
      await tx.recallDispatched({ tenantId: ref.tenantId, campaignId: ref.id });
      await audited(tx, by, { ...ref, entity: 'campaign', action: 'paused', after: { reason } });
    }
    return changed;
  });
}

/** Starts a draft campaign, or one that was paused. @returns whether it changed. */
export function startCampaign(
  store: Pick<EngineStore, 'transaction'>,
  ref: TenantRef,
  by: Operator | null = null,
): Promise<boolean> {
  return store.transaction([ref.tenantId], async (tx) => {
    const changed = await tx.setCampaignStatus(ref, 'running', null);
    if (changed) {
      await audited(tx, by, { ...ref, entity: 'campaign', action: 'started', after: null });
    }
    return changed;
  });
}

/** Why a sender identity was paused that is not verified; verifying it lifts this pause alone. */
export const SENDER_NOT_VERIFIED = 'sender identity is not verified';

/**
 * Stops everything of a sender identity until somebody resumes it.
 *
 * @returns whether it was not paused before.
 */
export function pauseSender(
  store: Pick<EngineStore, 'transaction'>,
  sender: TenantRef,
  reason: string,
  by: Operator | null = null,
): Promise<boolean> {
  return store.transaction([sender.tenantId], async (tx) => {
    const paused = await pauseSenderIn(tx, sender, reason);
    if (paused) {
      const what = { entity: 'sender_identity', action: 'paused', after: { reason } };
      await audited(tx, by, { ...sender, ...what });
    }
    return paused;
  });
}

/** The same, within a transaction. */
export async function pauseSenderIn(
  tx: EngineTransaction,
  sender: TenantRef,
  reason: string,
): Promise<boolean> {
  const paused = await tx.pauseSender(sender, reason);
  await tx.recallDispatched({ tenantId: sender.tenantId, senderIdentityId: sender.id });
  return paused;
}

/**
 * Stops everything of a sender identity until it is verified, or somebody resumes it. One that has
 * been verified since somebody looked is left alone: nothing would lift its pause.
 *
 * @returns whether it was not paused before, and is now.
 */
export function pauseUnverifiedSender(
  store: Pick<EngineStore, 'transaction'>,
  sender: TenantRef,
): Promise<boolean> {
  return store.transaction([sender.tenantId], async (tx) => {
    const paused = await tx.pauseUnverifiedSender(sender, SENDER_NOT_VERIFIED);
    if (paused) {
      await tx.recallDispatched({ tenantId: sender.tenantId, senderIdentityId: sender.id });
    }
    return paused;
  });
}

/** Lets a sender identity send again. @returns whether the tenant has it, and it was paused. */
export function resumeSender(
  store: Pick<EngineStore, 'transaction'>,
  sender: TenantRef,
  by: Operator,
): Promise<boolean> {
  return store.transaction([sender.tenantId], async (tx) => {
    const before = await tx.resumeSender(sender);
    if (before === null) return false;
    const { pausedAt, pauseReason } = before;
    await audited(tx, by, {
      ...sender,
      entity: 'sender_identity',
      action: 'resumed',
      before: { pausedAt: new Date(pausedAt).toISOString(), pauseReason },
      after: null,
    });
    return true;
  });
}

/**
 * Stops everything of a tenant until somebody resumes it.
 *
 * @param by where it is somebody's word.
 * @param own it is the tenant's own, who may resume it then.
 * @returns whether it was not paused before, or by the tenant's own word alone.
 */
export function pauseTenant(
  store: Pick<EngineStore, 'transaction'>,
  tenantId: Id,
  reason: string,
  { by = null, own = false }: { readonly by?: Operator | null; readonly own?: boolean } = {},
): Promise<boolean> {
  return store.transaction([tenantId], async (tx) => {
    const paused = await pauseTenantIn(tx, tenantId, reason, own ? by : null);
    if (paused) {
      const what = { entity: 'tenant', action: 'paused', after: { reason } };
      await audited(tx, by, { tenantId, id: tenantId, ...what });
    }
    return paused;
  });
}

/** Why a tenant goes on or stays as it is. */
export type TenantResumed = 'resumed' | 'was_active' | 'not_own';

/**
 * Lets a tenant send again.
 *
 * @param own it is the tenant's word, which ends no pause but its own: not those of an operator, a
 *   guard or the provider.
 */
export function resumeTenant(
  store: Pick<EngineStore, 'transaction'>,
  tenantId: Id,
  { by, own }: { readonly by: Operator; readonly own: boolean },
): Promise<TenantResumed> {
  return store.transaction([tenantId], async (tx) => {
    const resumed = await tx.resumeTenant(tenantId, own);
    if (resumed.result === 'resumed') {
      await audited(tx, by, {
        tenantId,
        id: tenantId,
        entity: 'tenant',
        action: 'resumed',
        before: { status: 'paused', pauseReason: resumed.pauseReason },
        after: null,
      });
    }
    return resumed.result;
  });
}

/** The same, within a transaction. */
export async function pauseTenantIn(
  tx: EngineTransaction,
  tenantId: Id,
  reason: string,
  own: Operator | null = null,
): Promise<boolean> {
  const paused = await tx.pauseTenant(tenantId, reason, own);
  await tx.recallDispatched({ tenantId });
  return paused;
}

/** Keeps what somebody has done by their word; the engine's own pauses keep their reasons alone. */
export async function audited(
  tx: EngineTransaction,
  actor: Operator | null,
  {
    tenantId,
    id,
    entity,
    action,
    before = null,
    after,
  }: TenantRef &
    Pick<AuditedAction, 'entity' | 'action' | 'after'> &
    Partial<Pick<AuditedAction, 'before'>>,
): Promise<void> {
  if (actor === null) return;
  const name = entity === 'sender_identity' ? 'sender' : entity;
  await tx.audit({
    tenantId,
    actor,
    action: `${name}.${action}`,
    entity,
    entityId: id,
    before,
    after,
  });
}
