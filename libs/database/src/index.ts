export { createDatabaseClock, setClock, type DatabaseClock } from './clock.ts';
export { createDatabase, createPool, type ConnectionOptions, type Database } from './connection.ts';
export { readInstallationId } from './installation.ts';
export { createLogin, dropLogins, type NewLogin } from './logins.ts';
export { migrateDown, migrateUp, migrationStatus, type MigrationStatus } from './migrate.ts';
export {
  findAddressPolicy,
  recheckAddress,
  setAddressPolicy,
} from './repositories/address-policy.ts';
export {
  apiKeyHolds,
  authenticateApiKey,
  createApiKey,
  findApiKey,
  insertApiKey,
  listApiKeys,
  lockApiKeys,
  parseApiKey,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
  type ApiKeyRecord,
  type AuthenticatedKey,
  type NewApiKey,
  type ParsedApiKey,
} from './repositories/api-keys.ts';
export {
  findPasswordHash,
  hashPassword,
  isPassword,
  NOBODYS_PASSWORD,
  setPasswordHash,
} from './repositories/passwords.ts';
export {
  authenticateSession,
  beginSession,
  bindIdentity,
  createSessionToken,
  digestOfPassword,
  endSession,
  endSessionsOf,
  hashOfSessionToken,
  SESSION_LIMITS,
  sessionHolds,
  usersOfAddress,
  usersOfIdentity,
  usersOfSession,
  type Identity,
  type NewSessionToken,
  type SessionProof,
  type SessionRecord,
  type SignedInBy,
  type UserReference,
} from './repositories/sessions.ts';
export {
  deleteUser,
  findUser,
  findUserByEmail,
  insertUser,
  listUsers,
  lockUser,
  updateUser,
  type LockedUser,
  type NewUser,
  type UserRecord,
} from './repositories/users.ts';
export {
  countEnrollments,
  findCampaignSummary,
  insertCampaign,
  listCampaigns,
  updateCampaign,
  type CampaignSummary,
  type EnrollmentCount,
} from './repositories/campaigns.ts';
export {
  importConsents,
  listConsents,
  recordConsent,
  type ConsentChannel,
  type ConsentRecord,
  type NewConsent,
} from './repositories/consents.ts';
export {
  EXPORT_SECTIONS,
  exportContact,
  type ExportSection,
} from './repositories/contact-export.ts';
export {
  ensureLead,
  importContacts,
  type ImportedChunk,
  type ImportedContact,
} from './repositories/contact-import.ts';
export {
  findContact,
  insertContact,
  listContacts,
  updateContact,
  type ContactConflict,
  type ContactConsent,
  type ContactFields,
  type ContactRecord,
  type EmailCheck,
} from './repositories/contacts.ts';
export {
  AUDIENCE_STATUSES,
  cancelAudience,
  findAudience,
  insertAudience,
  knownReferences,
  listAudiences,
  type AudienceRecord,
  type AudienceStatus,
} from './repositories/audiences.ts';
export {
  addTemplateVersion,
  findTemplate,
  findTemplateVersion,
  insertTemplate,
  listTemplates,
  renameTemplate,
  templateContents,
  type NewTemplateVersion,
  type TemplateRecord,
  type TemplateVersionRecord,
  type TemplateVersionSummary,
} from './repositories/templates.ts';
export {
  findDomainCheck,
  setDomainCheck,
  type DomainCheckRecord,
} from './repositories/domain-checks.ts';
export {
  erasedAddresses,
  findContactByEmail,
  findErasure,
  liftErasedAddress,
  type ErasureRecord,
} from './repositories/erasures.ts';
export {
  enrollmentExists,
  findEnrollment,
  listContactEnrollments,
  listEnrollments,
  type EnrollmentDetail,
  type EnrollmentSummary,
  type PendingAction,
} from './repositories/enrollments.ts';
export {
  findGuardThresholds,
  setGuardThresholds,
  type ThresholdChanges,
} from './repositories/guards.ts';
export {
  auditedChange,
  isAuditedEntity,
  listAudit,
  readAuditedRow,
  recordAudit,
  recordPlatformAudit,
  withAudit,
  type AuditedChange,
  type AuditEntry,
  type AuditRecord,
  type AuditedEntity,
  type AuditedRow,
} from './repositories/audit.ts';
export {
  claimIdempotencyKey,
  keepAnswer,
  lockHeldKey,
  releaseIdempotencyKey,
  renewIdempotencyKey,
  type HeldKey,
  type IdempotentRequest,
  type KeptAnswer,
  type KeyClaim,
} from './repositories/idempotency.ts';
export {
  findInbound,
  findInboundAttachment,
  listInbound,
  type InboundAttachmentRecord,
  type InboundDetail,
  type InboundSummary,
} from './repositories/inbound.ts';
export {
  DELIVERY_STATUSES,
  findEndpointDelivery,
  listEndpointDeliveries,
  redeliver,
  type EndpointAttemptRecord,
  type EndpointDeliveryRecord,
  type EndpointDeliveryStatus,
  type Redelivery,
} from './repositories/endpoint-deliveries.ts';
export {
  feedBounds,
  readFeed,
  wantFeedFor,
  type FeedEventRecord,
} from './repositories/event-feed.ts';
export {
  deleteWebhookEndpoint,
  findWebhookEndpoint,
  insertWebhookEndpoint,
  listWebhookEndpoints,
  rotateWebhookSecret,
  updateWebhookEndpoint,
  type WebhookEndpointFields,
  type WebhookEndpointRecord,
} from './repositories/webhook-endpoints.ts';
export {
  findLead,
  insertLead,
  listLeads,
  updateLead,
  type LeadFields,
  type LeadRecord,
} from './repositories/leads.ts';
export { lockRow, type LockableTable } from './repositories/locks.ts';
export {
  dismissFailure,
  findMessage,
  listMessages,
  type Dismissal,
  type Dismissed,
  type FormerAttempt,
  type MessageDetail,
  type MessageEventRecord,
  type MessageSummary,
} from './repositories/messages.ts';
export type { Page, PageRequest } from './repositories/page.ts';
export {
  dropQuarantined,
  listQuarantined,
  MOST_PARTS,
  quarantinedParts,
  quarantineEntry,
  retryEvents,
  retryInbound,
  type QuarantinedDelivery,
  type QuarantinedPart,
  type QuarantineKind,
  type QuarantineQuery,
} from './repositories/quarantine.ts';
export {
  addPlanVersion,
  findPlan,
  findPlanVersion,
  insertPlan,
  listPlans,
  planVersionChannels,
  type PlanContent,
  type PlanRecord,
  type PlanVersionRecord,
  type PlanVersionSummary,
} from './repositories/plans.ts';
export {
  findSendingPause,
  pauseSending,
  resumeSending,
  tenantsInQueue,
} from './repositories/sending-pause.ts';
export {
  dropSendRateLimit,
  listSendRateLimits,
  putSendRateLimit,
  type NewRateLimit,
  type RateLimitKey,
} from './repositories/send-rate-limits.ts';
export {
  findSenderIdentity,
  insertSenderIdentity,
  knownSenderIdentities,
  listSenderIdentities,
  setSenderVerification,
  updateSenderIdentity,
  type SenderIdentityFields,
  type SenderIdentityRecord,
} from './repositories/sender-identities.ts';
export { dropWarmUp, findWarmUps, putWarmUp, type WarmUpRecord } from './repositories/warm-up.ts';
export {
  findSuppression,
  listSuppressions,
  removeSuppression,
  suppressForAll,
  type Consent,
  type RemovalRefusal,
  type SuppressionFilter,
  type SuppressionRecord,
} from './repositories/suppressions.ts';
export {
  createInboundToken,
  deleteInboundToken,
  hashOfInboundToken,
  inboundTokenHashes,
  listInboundTokens,
  type InboundTokenRecord,
} from './repositories/inbound-tokens.ts';
export {
  assertSecretsOpen,
  MissingKeyError,
  rotateSecrets,
  SEALED_COLUMNS,
  type RotatedBatch,
  type RotationPlace,
} from './repositories/sealed-secrets.ts';
export {
  findSendGridAccount,
  removeSendGridKey,
  sealedSendGridAccounts,
  sendGridKeyBinding,
  setSendGridKey,
  type SealedSendGridAccount,
  type SendGridAccountRecord,
} from './repositories/sendgrid-accounts.ts';
export { findTenantStatus, type TenantStatus } from './repositories/tenants.ts';
export {
  readTimeline,
  type TimelineEntry,
  type TimelinePage,
  type TimelinePosition,
} from './repositories/timeline.ts';
export { findUnsubscriber, type Unsubscriber } from './repositories/unsubscribers.ts';
export {
  deleteWebhookKey,
  insertWebhookKey,
  listWebhookKeys,
  type WebhookKeyRecord,
} from './repositories/webhook-keys.ts';
export { assertAppRole, type AppRole } from './role-check.ts';
export type { Schema } from './schema.ts';
export { createEngineStore, engineTransaction, storeWithin } from './store/engine-store.ts';
export { findRetention, setRetention, type Retention } from './repositories/retention.ts';
export { isStatementCanceled, limitStatementTime } from './statement-time.ts';
export { accompanied, inTenants, type Companion } from './tenancy.ts';
export type { SenderRecord, SpacingSeconds } from './repositories/senders.ts';
export {
  findSmsSender,
  insertSmsSender,
  listSmsSenders,
  updateSmsSender,
  type SmsSenderFields,
  type SmsSenderRecord,
} from './repositories/sms-senders.ts';
