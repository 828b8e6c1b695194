import { randomBytes } from 'node:crypto';

export type BatchStatus = 'pause' | 'cancel';

/** Batches of scheduled mails, which can be paused or cancelled until they are sent. */
export interface ScheduledSends {
  newBatch(): string;
  knows(batchId: string): boolean;
  statuses(): readonly { readonly batch_id: string; readonly status: BatchStatus }[];
  statusOf(batchId: string): BatchStatus | undefined;
  set(batchId: string, status: BatchStatus): void;
  /** Takes the status away; mails held by a pause begin. */
  clear(batchId: string): boolean;
  /** Begins a mail of a batch, holds it while the batch is paused, forgets it when cancelled. */
  begin(batchId: string | null, start: () => void): void;
}

export function createScheduledSends(): ScheduledSends {
  const batches = new Set<string>();
  const statuses = new Map<string, BatchStatus>();
  const held = new Map<string, (() => void)[]>();
  return {
    newBatch() {
      const id = randomBytes(36).toString('base64url');
      batches.add(id);
      return id;
    },
    knows: (batchId) => batches.has(batchId),
    statuses: () => [...statuses].map(([batch_id, status]) => ({ batch_id, status })),
    statusOf: (batchId) => statuses.get(batchId),
    set(batchId, status) {
      statuses.set(batchId, status);
      if (status === 'cancel') held.delete(batchId);
    },
    clear(batchId) {
      const had = statuses.delete(batchId);
      const waiting = held.get(batchId) ?? [];
      held.delete(batchId);
      for (const start of waiting) start();
      return had;
    },
    begin(batchId, start) {
      const status = batchId === null ? undefined : statuses.get(batchId);
      if (batchId === null || status === undefined) {
        start();
      } else if (status === 'pause') {
        const waiting = held.get(batchId) ?? [];
        held.set(batchId, waiting);
        waiting.push(start);
      }
    },
  };
}
