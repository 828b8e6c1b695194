export {
  loadApiAccess,
  loadApiConfig,
  loadCliConfig,
  loadEventWorkerConfig,
  loadSendWorkerConfig,
  type ApiAccess,
  type ApiConfig,
  type ApiSecrets,
  type BlobAccessKey,
  type BlobConfig,
  type CliConfig,
  type CliSecrets,
  type EventWorkerConfig,
  type EventWorkerSecrets,
  type InboundConfig,
  type Loaded,
  type SendWorkerConfig,
  type SendWorkerSecrets,
  type UnsubscribeKey,
  type WebhookClient,
  type WebhookConfig,
} from './config.ts';
export { assertClockAllowed, isRealSendGrid } from './cross-checks.ts';
export { settingsMarkdown, settingsTable, type SettingRow } from './documentation.ts';
export type { Environment } from './environment.ts';
export { inspectEnvironment, type Inspection } from './inspection.ts';
export { Secret } from './secret.ts';
export { APPS, type AppName } from './settings.ts';
