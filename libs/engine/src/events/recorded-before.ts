import type { EngineTransaction } from '../ports/transaction.ts';
import type { InputRef, NewInput } from '../ports/enrollments.ts';
import type { MessageRecord } from '../ports/messages.ts';

/** Which inputs enrollments have, or had, by what an event or a hand-off would add. */
export interface RecordedBefore {
  /** Whether an input of this name was recorded, though it may have been detached since. */
  readonly has: (input: InputRef, message: Pick<MessageRecord, 'begunAt'>) => boolean;
  /** Those that are not recorded, each once. */
  readonly missing: (inputs: readonly NewInput[]) => NewInput[];
}

/** Where nothing is asked, since what is given has not been recorded. */
export const NOTHING_BEFORE: RecordedBefore = {
  has: () => false,
  missing: (inputs) => [...inputs],
};

const keyOf = ({ enrollmentId, inputId }: InputRef) => `${enrollmentId} ${inputId}`;

/**
 * Asks, under the enrollments' locks, what is recorded of these inputs. Where inputs were detached,
 * they were recorded before the last of their hand-offs began, and so were about earlier attempts:
 * whatever is said of one counts as recorded, since nobody can tell any more.
 */
export async function readRecordedBefore(
  tx: EngineTransaction,
  inputs: readonly InputRef[],
): Promise<RecordedBefore> {
  const recorded = new Set((await tx.recordedInputIds(inputs)).map(keyOf));
  const snapshots = await tx.snapshotsOf(
    inputs.map(({ tenantId, enrollmentId }) => ({ tenantId, id: enrollmentId })),
  );
  const detachedUpTo = (enrollmentId: string) =>
    snapshots.get(enrollmentId)?.state.anchor?.sentAt ?? -Infinity;
  return {
    has: (input, { begunAt }) =>
      recorded.has(keyOf(input)) || (begunAt ?? Infinity) < detachedUpTo(input.enrollmentId),
    missing: (list) => [
      ...new Map(
        list.filter((input) => !recorded.has(keyOf(input))).map((input) => [keyOf(input), input]),
      ).values(),
    ],
  };
}
