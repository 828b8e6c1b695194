export { openBullQueues, type BullQueues } from './bull-queues.ts';
export type { PostgresQueueStore, QueueBackend, RedisQueueStore } from './backend.ts';
export {
  startConsumer,
  type Consumer,
  type ConsumerOptions,
  type JobContext,
  type JobHandler,
  type JobResult,
} from './consumer.ts';
export { QueueUnavailableError } from './errors.ts';
export type { QueueLogger } from './logger.ts';
export { migrateQueueSchema, type QueueSchemaOptions } from './migrate.ts';
export { createQueues, type QueueDepth, type Queues, type QueuesOptions } from './queues.ts';
