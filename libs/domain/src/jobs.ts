import { z } from 'zod';

export const QUEUE_NAMES = [
  'outreach-send',
  'outreach-timeout',
  'webhook-process',
  'inbound-process',
] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/**
 * Data of a job of `outreach-send` or `outreach-timeout`: actions of any tenants, each under the
 * number of its dispatch, some hundreds at most.
 */
export const actionsJobSchema = z.strictObject({
  actions: z
    .array(
      z.strictObject({
        tenantId: z.uuid(),
        actionId: z.uuid(),
        dispatch: z.int().positive(),
      }),
    )
    .min(1)
    .max(500),
});
export type ActionsJob = z.infer<typeof actionsJobSchema>;

/** Data of a job of `webhook-process`: one stored raw delivery, and whose it is, if a tenant's. */
export const webhookJobSchema = z.strictObject({
  deliveryId: z.uuid(),
  tenantId: z.uuid().optional(),
});
export type WebhookJob = z.infer<typeof webhookJobSchema>;

/** Data of a job of `inbound-process`: one stored inbound mail, and whose it is, if a tenant's. */
export const inboundJobSchema = webhookJobSchema;
export type InboundJob = z.infer<typeof inboundJobSchema>;

/** The schema of each queue's job data: identifiers only, never personal data. */
export const JOB_SCHEMAS = {
  'outreach-send': actionsJobSchema,
  'outreach-timeout': actionsJobSchema,
  'webhook-process': webhookJobSchema,
  'inbound-process': inboundJobSchema,
} as const;

export interface JobDataByQueue {
  readonly 'outreach-send': ActionsJob;
  readonly 'outreach-timeout': ActionsJob;
  readonly 'webhook-process': WebhookJob;
  readonly 'inbound-process': InboundJob;
}

export interface NewJob<Q extends QueueName> {
  /** Idempotency key within the queue, for example `<action id>-<dispatch number>`. */
  readonly jobId: string;
  readonly data: JobDataByQueue[Q];
  /** Real milliseconds before the job may start; 0 by default. */
  readonly delayMs?: number;
  /** Lower is sooner, as BullMQ has it; none by default. */
  readonly priority?: number;
}

/** The port to which use cases hand jobs. Losing jobs is allowed: Postgres can plan them again. */
export interface JobPublisher {
  publish<Q extends QueueName>(queue: Q, jobs: readonly NewJob<Q>[]): Promise<void>;
}
