import type { Id } from '@cadenza/domain';
import type { TenantRef } from '../ports/records.ts';
import type { EngineStore, EngineTransaction } from '../ports/store.ts';

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
): Promise<boolean> {
  return store.transaction([ref.tenantId], async (tx) => {
    const changed = await tx.setCampaignStatus(ref, 'paused', reason);
    if (changed) await tx.recallDispatched({ tenantId: ref.tenantId, campaignId: ref.id });
    return changed;
  });
}

/** Starts a draft campaign, or one that was paused. @returns whether it changed. */
export function startCampaign(
  store: Pick<EngineStore, 'transaction'>,
  ref: TenantRef,
): Promise<boolean> {
  return store.transaction([ref.tenantId], (tx) => tx.setCampaignStatus(ref, 'running', null));
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
): Promise<boolean> {
  return store.transaction([sender.tenantId], (tx) => pauseSenderIn(tx, sender, reason));
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

/** Stops everything of a tenant until somebody resumes it. @returns whether it was not paused before. */
export function pauseTenant(
  store: Pick<EngineStore, 'transaction'>,
  tenantId: Id,
  reason: string,
): Promise<boolean> {
  return store.transaction([tenantId], (tx) => pauseTenantIn(tx, tenantId, reason));
}

/** The same, within a transaction. */
export async function pauseTenantIn(
  tx: EngineTransaction,
  tenantId: Id,
  reason: string,
): Promise<boolean> {
  const paused = await tx.pauseTenant(tenantId, reason);
  await tx.recallDispatched({ tenantId });
  return paused;
}
