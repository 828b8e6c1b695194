export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export {
  createOpsHandlers,
  type Check,
  type Checks,
  type OpsAnswer,
  type OpsHandlers,
  type OpsOptions,
} from './ops.ts';
export { startOpsServer, type OpsServer, type OpsServerOptions } from './ops-server.ts';
