export { createAccountClients, type AccountClients } from './account-clients.ts';
export {
  finishCampaignAs,
  pauseCampaignAs,
  startCampaignAs,
  type CampaignChange,
  type CampaignRef,
  type CampaignRefusal,
} from './campaigns/change-status.ts';
export { enrollmentTotals, type EnrollmentTotals } from './campaigns/totals.ts';
export { campaignWarnings } from './campaigns/warnings.ts';
export { createMailDns, type MailDnsOptions } from './dns/mail-dns.ts';
export { queuePrefix } from './key-names.ts';
export { startPeriodic, type Periodic } from './periodic.ts';
export { quietLog } from './quiet-log.ts';
export { runApp, type RunningApp, type StopLogger } from './run-app.ts';
export {
  openLimiter,
  openRequestCounters,
  openRuntime,
  type RequestCounters,
  type Runtime,
  type RuntimeOptions,
} from './runtime.ts';
export { openSecretBox } from './secret-box.ts';
export {
  createSendGridAccounts,
  keyFingerprint,
  type SendGridAccount,
  type SendGridAccounts,
} from './sendgrid-accounts.ts';
export { tenantsLookup } from './tenants-lookup.ts';
export { namingSettings, StartError, type Places } from './start-failure.ts';
