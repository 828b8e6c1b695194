import { isFailure, newId } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { CurrentMessage } from '../ports/messages.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { enrolRefusal } from '../enrol/enrol.ts';
import type { OperatorOptions } from './operator-options.ts';

/** Why a message is not sent again. */
export type ResendRefusal =
  /** The tenant has no such message. */
  | 'not_found'
  /** It is under way, or it arrived. */
  | 'not_failed'
  /** Its failure did not end the enrollment, or something else has. */
  | 'moved_on'
  /** The contact takes part in the campaign again. */
  | 'enrolled_again'
  /** The contact has no address that may be written to, or has left the campaign. */
  | 'not_reachable';

/**
 * Sends a message whose failure has ended its enrollment again, as its next attempt, by an
 * operator's word. The plan goes on from there.
 *
 * @returns null where it is planned, else why not.
 */
export function resendMessage(
  ref: TenantRef,
  options: OperatorOptions,
): Promise<ResendRefusal | null> {
  return options.store
    .transaction([ref.tenantId], async (tx) => {
      const [seen] = await tx.currentMessages([ref]);
      if (seen === undefined) return 'not_found';
      const locked = await tx.lockEnrollments([{ tenantId: ref.tenantId, id: seen.enrollmentId }]);
      const [message] = await tx.currentMessages([ref]);
      if (message === undefined || !isFailure(message.status)) return 'not_failed';
      if (locked.some(({ state }) => state.end?.status !== 'failed')) return 'moved_on';
      const unreachable = await contactRefusal(tx, message);
      if (unreachable !== null) return unreachable;
      const { tenantId, enrollmentId, nodeId, visit, attempt } = message;
      const now = options.now();
      const [applied] = await applyInputs(
        tx,
        [
          {
            tenantId,
            enrollmentId,
            // What an operator wants twice is two inputs: the status decides whether it can be.
            inputId: `resend:${newId()}`,
            input: { kind: 'resend', nodeId, visit, attempt, at: now },
          },
        ],
        { plans: options.plans, now, graceMs: options.graceMs, locked },
      );
      if (applied?.outcome === 'applied') return null;
      throw new MovedOn();
    })
    .catch((error: unknown) => {
      if (error instanceof MovedOn) return 'moved_on';
      throw error;
    });
}

/** Rolls the transaction back: what had no effect is not recorded. */
class MovedOn extends Error {}

async function contactRefusal(
  tx: EngineTransaction,
  { tenantId, campaignId, contactId, channel }: CurrentMessage,
): Promise<ResendRefusal | null> {
  const [contact] = await tx.enrolCandidates(tenantId, campaignId, [contactId], [channel]);
  if (contact?.active === true) return 'enrolled_again';
  return enrolRefusal(contact, [channel]) === null ? null : 'not_reachable';
}
