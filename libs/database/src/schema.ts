import type {
  AddressFlag,
  AddressKind,
  AddressValidity,
  ApiScope,
  AudienceFilter,
  Channel,
  SmsKeyword,
  SmsLanguage,
  SuppressionReason,
  UserRole,
} from '@cadenza/domain';
import type {
  DeliveryProvider,
  DomainFinding,
  ErasureJob,
  ErasureSubject,
  GuardThresholds,
  OptOutReason,
  SmsAnswerTexts,
} from '@cadenza/engine';
import type { ColumnType, Generated } from 'kysely';
import type {
  EndpointAttemptsTable,
  EndpointDeliveriesTable,
  EndpointSecretsTable,
  EventFeedsTable,
  FeedEventsTable,
  WebhookEndpointsTable,
} from './schema-feed.ts';

/** A timestamp that the database fills in by itself. */
type Stamp = ColumnType<Date, Date | undefined, Date>;
/** A JSON column: read as parsed, written as text. */
type Json<T> = ColumnType<T, string, string>;
type Default<T> = ColumnType<T, T | undefined, T>;
type Computed<T> = ColumnType<T, never, never>;

export interface ClockSettingsTable {
  singleton: Generated<boolean>;
  installation_id: Generated<string>;
  real_base: Date;
  campaign_base: Date;
  rate: number;
  updated_at: Stamp;
}

export interface TenantsTable {
  id: string;
  name: string;
  status: Default<'active' | 'paused'>;
  pause_reason: Default<string | null>;
  /** Who of the tenant has asked for it; null where it is not the tenant's own pause. */
  paused_by: Default<string | null>;
  unknown_policy: Default<'hold' | 'resend'>;
  postal_address: Default<string | null>;
  blocked_addresses: Default<AddressKind[]>;
  warned_addresses: Default<AddressKind[]>;
  ask_provider_of_addresses: Default<boolean>;
  requests_per_minute: Default<number | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface UsersTable {
  tenant_id: string;
  id: string;
  email: string;
  name: string | null;
  role: UserRole;
  /** Whom an issuer of OpenID Connect has vouched for at the first sign-in; null: nobody yet. */
  oidc_issuer: Default<string | null>;
  oidc_subject: Default<string | null>;
  signed_in_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface SessionsTable {
  tenant_id: string;
  id: string;
  user_id: string;
  token_hash: Buffer;
  signed_in_by: 'oidc' | 'password';
  password_digest: Buffer | null;
  created_at: Stamp;
  last_used_at: Default<Date>;
  expires_at: Date;
}

export interface PasswordsTable {
  email: string;
  password_hash: string;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ApiKeysTable {
  tenant_id: string;
  id: string;
  name: string;
  prefix: string;
  key_hash: Buffer;
  scopes: Default<ApiScope[]>;
  expires_at: Default<Date | null>;
  last_used_at: Default<Date | null>;
  revoked_at: Default<Date | null>;
  requests_per_minute: Default<number | null>;
  replaced_by: Default<string | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface AuditLogTable {
  tenant_id: string;
  id: string;
  actor: string;
  action: string;
  entity: string;
  entity_id: string;
  before: Json<unknown> | null;
  after: Json<unknown> | null;
  changed: Default<string[]>;
  created_at: Stamp;
}

export type PlatformAuditLogTable = Omit<AuditLogTable, 'tenant_id'>;

export interface LeadsTable {
  tenant_id: string;
  id: string;
  name: string;
  name_key: Computed<string>;
  website: Default<string | null>;
  industry: Default<string | null>;
  summary: Default<string | null>;
  custom: ColumnType<Record<string, unknown>, string | undefined, string>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ContactsTable {
  tenant_id: string;
  id: string;
  lead_id: Default<string | null>;
  first_name: Default<string | null>;
  last_name: Default<string | null>;
  title: Default<string | null>;
  timezone: Default<string | null>;
  custom: ColumnType<Record<string, unknown>, string | undefined, string>;
  source: Default<string | null>;
  /** Since when nothing is known of the person any more. */
  erased_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ContactChannelsTable {
  tenant_id: string;
  id: string;
  contact_id: string;
  channel: Channel;
  address: string;
  validity: Default<AddressValidity>;
  flags: Default<AddressFlag[]>;
  validity_reasons: Default<string[]>;
  checked_at: Default<Date | null>;
  check_expires_at: Default<Date | null>;
  /** When the address is checked next; null: not before somebody asks. */
  check_at: Default<Date | null>;
  check_tries: Default<number>;
  doubted_until: Default<Date | null>;
  soft_bounces: Default<number>;
  domain: Computed<string>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface EmailValidationResultsTable {
  tenant_id: string;
  id: string;
  address: string;
  verdict: Exclude<AddressValidity, 'unchecked'>;
  score: number | null;
  checks: Json<unknown>;
  source: string;
  checked_at: Date;
  expires_at: Date;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface CommunicationSuppressionsTable {
  id: string;
  tenant_id: string | null;
  channel: Channel;
  kind: Default<'address' | 'domain'>;
  value: string;
  /** Of an address of mail, or the domain itself. */
  domain: Computed<string | null>;
  reason: string;
  /** The reason ever given that binds most, of those that the law knows. */
  legal_reason: Default<string | null>;
  source: string;
  message_id: Default<string | null>;
  first_seen_at: Date;
  last_seen_at: Date;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface CampaignOptOutsTable {
  tenant_id: string;
  contact_id: string;
  campaign_id: string;
  source: 'link' | 'one_click';
  left_at: Date;
  created_at: Stamp;
}

export interface SuppressionRemovalsTable {
  id: string;
  value: string;
  reason: SuppressionReason;
  created_at: Stamp;
}

export interface ContactOptOutsTable {
  tenant_id: string;
  contact_id: string;
  channel: Channel;
  reason: OptOutReason;
  source: string;
  left_at: Date;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface OptOutSuppressionsTable {
  tenant_id: string;
  contact_id: string;
  channel: Channel;
  suppression_id: string;
}

export interface SuppressionLiftsTable {
  id: string;
  tenant_id: string | null;
  channel: Channel;
  kind: 'address' | 'domain';
  value: string;
  /** What was lifted: the legal reason where there was one. */
  reason: string;
  lifted_at: Date;
}

/** How far a list of the provider's has been read. */
export interface SuppressionSyncsTable {
  list: string;
  read_until: Date;
}

/** An address that we have put on the provider's list. */
export interface SuppressionPushesTable {
  id: string;
  value: string;
  /** Null: it is not known whether it has arrived there. */
  pushed_at: Date | null;
  created_at: Stamp;
  /** It was on the provider's list before. */
  theirs: Default<boolean>;
}

export interface EmailSenderIdentitiesTable {
  tenant_id: string;
  id: string;
  channel: Default<Channel>;
  /** Of mail. */
  email: Default<string | null>;
  /** Of text messages: a number or a name. */
  sms_from: Default<string | null>;
  name: string;
  reply_to: Default<string | null>;
  signature: Default<string | null>;
  verification: Default<'pending' | 'verified' | 'unverified'>;
  verification_detail: Default<string | null>;
  verified_at: Default<Date | null>;
  paused_at: Default<Date | null>;
  pause_reason: Default<string | null>;
  ip_pool: Default<string | null>;
  spacing_min_seconds: Default<number | null>;
  spacing_max_seconds: Default<number | null>;
  domain_findings: ColumnType<DomainFinding[] | null, string | undefined, string>;
  domain_checked_at: Default<Date | null>;
  /** Of text messages: where people find help. */
  help_contact: Default<string | null>;
  /** Of text messages: what is answered to words instead of what we would say. */
  answer_texts: ColumnType<SmsAnswerTexts, string | undefined, string>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface WarmupRampsTable {
  id: string;
  tenant_id: string | null;
  scope: 'sender' | 'ip_pool';
  reference: string;
  starts_at: Date;
  allowances: number[];
  counted_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ProviderHoldsTable {
  /**
   * `every`: an operator's word, which holds for all of them until it is taken back. `shared`: the account
   * for mail of all tenants that have none of their own.
   */
  channel: Channel | 'every' | 'shared';
  held_until: Date | 'infinity';
  strikes: Default<number>;
  reason: Default<string | null>;
}

export interface SendRateLimitsTable {
  id: string;
  tenant_id: string | null;
  channel: Default<Channel>;
  scope: 'sender' | 'tenant' | 'recipient_domain' | 'ip_pool' | 'global';
  reference: string | null;
  window_seconds: number;
  max_messages: number;
  counted_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface CampaignPlansTable {
  tenant_id: string;
  id: string;
  name: string;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface CampaignPlanVersionsTable {
  tenant_id: string;
  id: string;
  plan_id: string;
  version: number;
  plan: Json<unknown>;
  plan_hash: string;
  channels: Computed<Channel[]>;
  created_at: Stamp;
}

export interface CampaignsTable {
  tenant_id: string;
  id: string;
  name: string;
  plan_version_id: string;
  /** For the nodes of its channel that name none. */
  sender_identity_id: string;
  /** For nodes that send text messages, where the other is one of mail. */
  sms_sender_identity_id: Default<string | null>;
  status: Default<'draft' | 'running' | 'paused' | 'finished' | 'archived'>;
  pause_reason: Default<string | null>;
  /** 1 to 10: a campaign's share where a tenant's campaigns compete. */
  priority: Default<number>;
  finished_at: Default<Date | null>;
  /** Real time at which people who still take part are looked for; null: nobody does. */
  people_end_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ContactCampaignsTable {
  tenant_id: string;
  id: string;
  campaign_id: string;
  contact_id: string;
  plan_version_id: string;
  timezone: Default<string | null>;
  version: number;
  state: Json<unknown>;
  base_state: Default<Json<unknown> | null>;
  base_seq: number;
  /** No input folded since the base counts after it; null: not known. */
  folded_to: Default<Date | null>;
  status: Computed<string>;
  phase: Computed<string>;
  node_id: Computed<string | null>;
  visit: Computed<number>;
  attempt: Computed<number>;
  end_reason: Computed<string | null>;
  enrolled_at: Date;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface CampaignTransitionsTable {
  tenant_id: string;
  enrollment_id: string;
  seq: number;
  input_id: string;
  input: Json<unknown>;
  own_at: Date;
  recorded_at: Date;
  settings: Json<unknown>;
  machine_version: number;
  outcome: string;
  from_node: string | null;
  to_node: string | null;
  effects: Json<unknown>;
  created_at: Stamp;
}

export interface OutboundMessagesTable {
  tenant_id: string;
  id: string;
  enrollment_id: string;
  campaign_id: string;
  contact_id: string;
  node_id: string;
  visit: number;
  attempt: Default<number>;
  channel: Channel;
  sender_identity_id: string;
  status: string;
  token: Default<string | null>;
  deadline_at: Default<Date | null>;
  begun_at: Default<Date | null>;
  accepted_at: Default<Date | null>;
  to_address: Default<string | null>;
  subject: Default<string | null>;
  provider_message_id: Default<string | null>;
  smtp_id: Default<string | null>;
  /** The message that it continues: an earlier one of the same enrollment. */
  in_reply_to: Default<string | null>;
  detail: Default<string | null>;
  look_up_at: Default<Date | null>;
  look_ups: Default<number>;
  absent_at: Default<Date | null>;
  /** The attempt whose failure needs nothing more, as somebody has said. */
  dismissed_attempt: Default<number | null>;
  dismissed_at: Default<Date | null>;
  dismissed_by: Default<string | null>;
  dismissal_reason: Default<string | null>;
  is_unknown: Computed<boolean>;
  sms_to: Computed<string | null>;
  failure: Computed<string | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface MessageAttemptsTable {
  tenant_id: string;
  message_id: string;
  attempt: number;
  token: string;
  status: string;
  begun_at: Date;
  accepted_at: Default<Date | null>;
  to_address: string;
  subject: string;
  provider_message_id: Default<string | null>;
  smtp_id: Default<string | null>;
  detail: Default<string | null>;
  lost: Default<boolean>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface DispatchLanesTable {
  tenant_id: string;
  campaign_id: string;
  sender_identity_id: string;
  next_at: Default<Date>;
  due_at: Default<Date>;
  visit_at: Computed<Date>;
  wakes: Default<number>;
  share: Default<number>;
  served_at: Default<Date>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ScheduledActionsTable {
  tenant_id: string;
  id: string;
  enrollment_id: string;
  campaign_id: string;
  message_id: string | null;
  sender_identity_id: string | null;
  type: 'send' | 'timeout';
  timer: string | null;
  node_id: string;
  visit: number;
  attempt: number;
  dedupe_key: string;
  status: 'pending' | 'dispatched' | 'completed' | 'canceled';
  due_at: Date;
  run_at: Date;
  not_after: Date | null;
  dispatch_no: Default<number>;
  lease_until: Default<Date | null>;
  slot_start: Default<Date | null>;
  slot_end: Default<Date | null>;
  deferred_run_at: Default<Date | null>;
  deferred_not_after: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface WebhookDeliveriesTable {
  id: string;
  /** Null: it came from the platform's own account, and may speak of any tenants. */
  tenant_id: Default<string | null>;
  provider: DeliveryProvider;
  payload: Buffer;
  payload_hash: Buffer;
  status: Default<'received' | 'processed' | 'quarantined'>;
  attempts: Default<number>;
  error: Default<string | null>;
  received_at: Stamp;
  processed_at: Default<Date | null>;
}

export interface InboundTokensTable {
  tenant_id: string;
  id: string;
  name: string;
  /** SHA-256 of the token. */
  token_hash: Buffer;
  created_at: Stamp;
}

export interface SendgridAccountsTable {
  tenant_id: string;
  sealed_key: Default<string | null>;
  last_four: Default<string | null>;
  fingerprint: Default<string | null>;
  /** Campaign time. */
  changed_at: Stamp;
  /** Campaign time. */
  held_until: Default<Date | '-infinity'>;
  strikes: Default<number>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface WebhookKeysTable {
  tenant_id: string;
  id: string;
  name: string;
  /** Base64 of DER SPKI. */
  public_key: string;
  created_at: Stamp;
}

export interface QuarantinedEventsTable {
  /** That of the delivery. */
  tenant_id: Default<string | null>;
  delivery_id: string;
  position: number;
  reason: string;
  raw: Json<unknown>;
  created_at: Stamp;
}

export interface MessageEventsTable {
  tenant_id: string;
  id: string;
  message_id: string;
  enrollment_id: string;
  attempt: number;
  type: string;
  occurred_at: Date;
  actor: Default<string>;
  dedupe_key: string;
  provider_event_id: string | null;
  url: string | null;
  delivery_id: string | null;
  synthetic: Default<boolean>;
  data: Json<unknown>;
  created_at: Stamp;
}

export interface InboundDeliveriesTable {
  id: string;
  /** Null: it came to the platform's own address. */
  tenant_id: string | null;
  content_type: string;
  bytes: number;
  sha256: Buffer;
  blob_key: string;
  verdict: 'signed' | 'token' | 'open' | 'unverified';
  verdict_reason: string | null;
  truncated: boolean;
  status: Default<'received' | 'processed' | 'quarantined'>;
  attempts: Default<number>;
  error: Default<string | null>;
  /** Campaign time. */
  arrived_at: Stamp;
  received_at: Stamp;
  processed_at: Default<Date | null>;
}

export interface InboundMessagesTable {
  tenant_id: string;
  id: string;
  message_id: string | null;
  enrollment_id: string | null;
  contact_id: Default<string | null>;
  delivery_id: Default<string | null>;
  dedupe_key: Default<string | null>;
  from_address: string;
  recipients: Default<string[]>;
  subject: string | null;
  verdict: Default<'signed' | 'token' | 'open' | 'unverified'>;
  matched_by: Default<string | null>;
  confidence: number | null;
  kind: string | null;
  kind_confidence: Default<number | null>;
  signs: Default<string[]>;
  effect: Default<string | null>;
  reply_text: Default<string | null>;
  /** `YYYY-MM-DD`. */
  return_on: ColumnType<string | null, string | null | undefined, string | null>;
  body_text: string | null;
  body_html: Default<string | null>;
  message_id_header: Default<string | null>;
  headers: Json<unknown>;
  details: Json<unknown>;
  received_at: Date;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface InboundAttachmentsTable {
  tenant_id: string;
  id: string;
  inbound_message_id: string;
  position: number;
  filename: string | null;
  content_type: string;
  bytes: number;
  blob_key: string;
  created_at: Stamp;
}

export interface TenantRetentionTable {
  tenant_id: string;
  delivery_months: number | null;
  event_months: number | null;
  input_months: number | null;
  inbound_months: Default<number | null>;
  events_since: Default<Date>;
  events_deleted_until: Default<Date>;
  inputs_detached_until: Default<Date>;
  inbound_deleted_until: Default<Date>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface TenantGuardsTable {
  tenant_id: string;
  thresholds: Json<Partial<GuardThresholds>>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface IdempotencyKeysTable {
  tenant_id: string;
  key: string;
  target_hash: Buffer;
  body_hash: Buffer | null;
  holder: string;
  held_until: Date;
  status: Default<number | null>;
  headers: ColumnType<Record<string, string> | null, string | null | undefined, string | null>;
  body: Default<string | null>;
  expires_at: Date;
  created_at: Stamp;
}

export interface ErasuresTable {
  tenant_id: string;
  id: string;
  contact_id: string;
  status: Default<'requested' | 'running' | 'done' | 'failed'>;
  step: Default<'rows' | 'deliveries' | 'mails' | 'again' | 'provider'>;
  /** Where the present step goes on. */
  after_id: Default<string>;
  /** What is looked for; null when it is done. */
  subject: Json<ErasureSubject & Pick<ErasureJob, 'leadId'>> | null;
  attempts: Default<number>;
  next_at: Default<Date | null>;
  error: Default<string | null>;
  done_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ErasedAddressesTable {
  tenant_id: string;
  /** A stand-in. */
  address: string;
  erasure_id: string;
  created_at: Stamp;
}

export interface ErasedBlobsTable {
  tenant_id: string;
  blob_key: string;
  created_at: Stamp;
}

export interface ContactConsentsTable {
  tenant_id: string;
  id: string;
  contact_id: string;
  channel: 'email' | 'sms';
  /** Where it was given. */
  source: string;
  given_at: Date;
  wording: Default<string | null>;
  version: Default<string | null>;
  withdrawn_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface CampaignAudiencesTable {
  tenant_id: string;
  id: string;
  campaign_id: string;
  filter: Json<AudienceFilter>;
  /** Campaign time from which the filter looks back. */
  as_of: Default<Date>;
  status: Default<'requested' | 'running' | 'failed' | 'done' | 'canceled'>;
  /** The id of the contact after which it goes on. */
  after_id: Default<string>;
  /** What is done beyond that: contacts after the one, up to the last. */
  ahead_after_id: Default<string | null>;
  ahead_last_id: Default<string | null>;
  enrolled: Default<number>;
  warned: Default<number>;
  refused: ColumnType<Record<string, number>, string | undefined, string>;
  attempts: Default<number>;
  next_at: Default<Date | null>;
  error: Default<string | null>;
  done_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface SmsAnswersTable {
  tenant_id: string;
  id: string;
  sender_identity_id: string;
  to_address: string;
  keyword: SmsKeyword;
  language: SmsLanguage;
  /** The key of the event that it answers. */
  cause_key: string;
  status: Default<
    'queued' | 'dispatching' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'expired'
  >;
  /** Of its hand-off. */
  token: Default<string | null>;
  deadline_at: Default<Date | null>;
  begun_at: Default<Date | null>;
  provider_message_id: Default<string | null>;
  detail: Default<string | null>;
  expires_at: Date;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface MessageTemplatesTable {
  tenant_id: string;
  id: string;
  name: string;
  channel: Channel;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface MessageTemplateVersionsTable {
  tenant_id: string;
  template_id: string;
  version: number;
  subject: string | null;
  body: string;
  body_text: string | null;
  content_hash: Buffer;
  variables: string[];
  created_at: Stamp;
}

/** Every table that code reads or writes, as Kysely sees it. */
export interface Schema {
  clock_settings: ClockSettingsTable;
  tenants: TenantsTable;
  tenant_retention: TenantRetentionTable;
  tenant_guards: TenantGuardsTable;
  users: UsersTable;
  sessions: SessionsTable;
  passwords: PasswordsTable;
  api_keys: ApiKeysTable;
  audit_log: AuditLogTable;
  idempotency_keys: IdempotencyKeysTable;
  leads: LeadsTable;
  contacts: ContactsTable;
  contact_channels: ContactChannelsTable;
  email_validation_results: EmailValidationResultsTable;
  communication_suppressions: CommunicationSuppressionsTable;
  campaign_opt_outs: CampaignOptOutsTable;
  contact_opt_outs: ContactOptOutsTable;
  opt_out_suppressions: OptOutSuppressionsTable;
  suppression_lifts: SuppressionLiftsTable;
  suppression_syncs: SuppressionSyncsTable;
  suppression_pushes: SuppressionPushesTable;
  suppression_removals: SuppressionRemovalsTable;
  platform_audit_log: PlatformAuditLogTable;
  email_sender_identities: EmailSenderIdentitiesTable;
  send_rate_limits: SendRateLimitsTable;
  warmup_ramps: WarmupRampsTable;
  provider_holds: ProviderHoldsTable;
  campaign_plans: CampaignPlansTable;
  campaign_plan_versions: CampaignPlanVersionsTable;
  campaigns: CampaignsTable;
  contact_campaigns: ContactCampaignsTable;
  campaign_transitions: CampaignTransitionsTable;
  outbound_messages: OutboundMessagesTable;
  message_attempts: MessageAttemptsTable;
  dispatch_lanes: DispatchLanesTable;
  scheduled_actions: ScheduledActionsTable;
  webhook_deliveries: WebhookDeliveriesTable;
  webhook_keys: WebhookKeysTable;
  inbound_tokens: InboundTokensTable;
  sendgrid_accounts: SendgridAccountsTable;
  quarantined_events: QuarantinedEventsTable;
  message_events: MessageEventsTable;
  inbound_deliveries: InboundDeliveriesTable;
  inbound_messages: InboundMessagesTable;
  inbound_attachments: InboundAttachmentsTable;
  erasures: ErasuresTable;
  erased_addresses: ErasedAddressesTable;
  erased_blobs: ErasedBlobsTable;
  contact_consents: ContactConsentsTable;
  campaign_audiences: CampaignAudiencesTable;
  message_templates: MessageTemplatesTable;
  message_template_versions: MessageTemplateVersionsTable;
  event_feeds: EventFeedsTable;
  feed_events: FeedEventsTable;
  webhook_endpoints: WebhookEndpointsTable;
  endpoint_secrets: EndpointSecretsTable;
  endpoint_deliveries: EndpointDeliveriesTable;
  endpoint_attempts: EndpointAttemptsTable;
  sms_answers: SmsAnswersTable;
}
