import { applyInputs, type ApplyOptions } from '../inputs/apply-inputs.ts';
import type { MessageRecord } from '../ports/messages.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { sentInput } from '../send/sent-input.ts';

/** Takes a message that was answered through the door of completion, where it is not through yet. */
export async function completeAnswered(
  tx: EngineTransaction,
  { tenantId, id, attempt, enrollmentId }: MessageRecord,
  options: Pick<ApplyOptions, 'plans' | 'now' | 'graceMs'>,
): Promise<void> {
  const locked = await tx.lockEnrollments([{ tenantId, id: enrollmentId }]);
  const through = await tx.completeHandOffs([
    { tenantId, id, attempt, token: null, providerMessageId: null },
  ]);
  await applyInputs(tx, through.map(sentInput), { ...options, locked });
}
