export { API_SCOPES, SCOPES_OF_ROLE, USER_ROLES, type ApiScope, type UserRole } from './access.ts';
export { bounceKindOfStatus } from './bounce-kind.ts';
export {
  ADDRESS_FLAGS,
  ADDRESS_KINDS,
  ADDRESS_VALIDITIES,
  type AddressFlag,
  type AddressKind,
  type AddressValidator,
  type AddressValidity,
  type AddressVerdict,
  type ProviderVerdict,
} from './address-quality.ts';
export {
  AUDIENCE_LIMITS,
  AUDIENCE_REACTIONS,
  AUDIENCE_TEXTS,
  audienceReferences,
  type AudienceFilter,
  type AudienceReaction,
  type AudienceSpan,
  type AudienceText,
  type TextTest,
} from './audience-filter.ts';
export { isBlobKey, type BlobStore } from './blob-store.ts';
export {
  campaignTime,
  createClock,
  realDelay,
  type Clock,
  type ClockSetting,
  type EpochMs,
} from './clock.ts';
export type { DnsAnswer, MailDns, MailRoute } from './dns.ts';
export { emailDomain, isEmailAddress, isEmailDomain, normalizeEmail } from './email-address.ts';
export {
  createStandIn,
  isErasedAddress,
  type ErasedAddress,
  type StandIn,
} from './erased-address.ts';
export {
  ACTORS,
  MACHINE_SIGNS,
  MESSAGE_EVENT_TYPES,
  PROVIDER_EVENT_TYPES,
  type Actor,
  BOUNCE_KINDS,
  type BounceKind,
  type MachineSign,
  type MessageEventType,
  type MessageReference,
  type ProviderEvent,
  type ProviderEventType,
} from './events.ts';
export { FEED_EVENT_TYPES, type FeedEventType } from './feed-events.ts';
export { HIDDEN_LINK_PATH, hiddenLinkUrl, isHiddenLinkUrl } from './hidden-link.ts';
export { PASSWORD_LENGTH, passwordFlaw } from './password.ts';
export { firstIdAt, isId, newId, type Id } from './ids.ts';
export {
  actionsJobSchema,
  inboundJobSchema,
  JOB_SCHEMAS,
  QUEUE_NAMES,
  webhookJobSchema,
  type ActionsJob,
  type InboundJob,
  type JobDataByQueue,
  type JobPublisher,
  type NewJob,
  type QueueName,
  type WebhookJob,
} from './jobs.ts';
export type {
  BounceList,
  HandOffDeadline,
  MailAddress,
  MailProvider,
  OutboundMail,
  SendOutcome,
} from './mail.ts';
export type {
  FoundMessage,
  HistoryAnswer,
  LookupAnswer,
  LookupFailure,
  LookupFailureCause,
  MessageHistory,
  MessageInquiry,
  MessageLookup,
} from './message-lookup.ts';
export { InvalidInputError, showValue, type Problem } from './problems.ts';
export { normalizePhone, PHONE_NUMBER_EXPECTED } from './phone-number.ts';
export { isMailLink, PUBLIC_URL_EXPECTED, publicUrlOf } from './public-url.ts';
export type {
  EarliestSlot,
  HandOffRecord,
  RateLimiter,
  RateScope,
  SlotDecision,
  SlotRequest,
} from './rate-limit.ts';
export type { DomainAuthentication, DomainAuthenticator, WantedRecord } from './sender-domain.ts';
export { isSmsSenderId, type OutboundSms, type SmsProvider } from './sms.ts';
export { MOST_SMS_SEGMENTS, smsLength, type SmsLength } from './sms-length.ts';
export {
  SMS_KEYWORDS,
  SMS_LANGUAGES,
  type SmsKeyword,
  type SmsLanguage,
  type SmsWord,
} from './sms-words.ts';
export {
  ACTION_STATUSES,
  CAMPAIGN_STATUSES,
  CHANNELS,
  ENROLLMENT_STATUSES,
  FAILURE_STATUSES,
  isFailure,
  MESSAGE_STATUSES,
  MESSAGE_STATUS_RANK,
  RESERVED_SUPPRESSION_SOURCES,
  SUPPRESSION_REASONS,
  type ActionStatus,
  type CampaignStatus,
  type Channel,
  type EndStatus,
  type EnrollmentStatus,
  type MessageStatus,
  LEGAL_SUPPRESSION_REASONS,
  type LegalSuppressionReason,
  type SuppressionKind,
  type SuppressionReason,
} from './statuses.ts';
export { WEBHOOK_KEYS_EXPECTED, webhookKeysOf } from './webhook-keys.ts';
export {
  webhookSecretBinding,
  type OutgoingWebhook,
  type WebhookOutcome,
  type WebhookSender,
} from './webhook-sender.ts';
export {
  PROVIDER_LISTS,
  type ListedAddress,
  type ProviderList,
  type FoundOutList,
  type ProviderLists,
} from './suppression-lists.ts';
export { personPattern, withoutPerson } from './person-pattern.ts';
export type { Redaction, RedactionRule } from './redaction.ts';
export type { DataEraser } from './data-eraser.ts';
