/** States of an enrollment (a row of `contact_campaigns`). All but `active` are ends. */
export const ENROLLMENT_STATUSES = [
  'active',
  'completed',
  'stopped',
  'suppressed',
  'expired',
  'failed',
] as const;
export type EnrollmentStatus = (typeof ENROLLMENT_STATUSES)[number];
/** How an enrollment can end. */
export type EndStatus = Exclude<EnrollmentStatus, 'active'>;

/** States of a campaign. */
export const CAMPAIGN_STATUSES = ['draft', 'running', 'paused', 'finished', 'archived'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** States of an outbound message; see docs/send-protocol.md for the edges between them. */
export const MESSAGE_STATUSES = [
  'queued',
  'dispatching',
  'unknown',
  'sent',
  'deferred',
  'delivered',
  'bounced',
  'retrying',
  'blocked',
  'dropped',
  'failed',
  'canceled',
  'skipped',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** Of messages that did not arrive, and that somebody may send again. */
export const FAILURE_STATUSES = ['failed', 'bounced', 'blocked', 'dropped'] as const;

export function isFailure(status: MessageStatus): boolean {
  return FAILURE_STATUSES.some((failure) => failure === status);
}

/**
 * How far news of a message has come within one attempt. Later news never moves a status to a
 * lower rank.
 */
export const MESSAGE_STATUS_RANK: Readonly<Record<MessageStatus, number>> = {
  queued: 0,
  dispatching: 10,
  unknown: 20,
  sent: 30,
  deferred: 40,
  blocked: 50,
  dropped: 50,
  delivered: 60,
  retrying: 65,
  bounced: 70,
  failed: 80,
  canceled: 80,
  skipped: 80,
};

/** States of a scheduled action. */
export const ACTION_STATUSES = ['pending', 'dispatched', 'completed', 'canceled'] as const;
export type ActionStatus = (typeof ACTION_STATUSES)[number];

/** How a message reaches a person. */
export const CHANNELS = ['email', 'sms'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Why an address must not be written to. */
export const SUPPRESSION_REASONS = [
  'unsubscribed',
  'spamreport',
  'hard_bounce',
  'invalid_address',
  'soft_bounces',
  'manual',
  'erased',
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/**
 * Reasons that the law gives, the one that binds most last: a wish not to be written to, a complaint,
 * a demand to be forgotten.
 */
export const LEGAL_SUPPRESSION_REASONS = ['unsubscribed', 'spamreport', 'erased'] as const;
export type LegalSuppressionReason = (typeof LEGAL_SUPPRESSION_REASONS)[number];

/** What a suppression is about: one address (or number), or all addresses of a domain. */
export type SuppressionKind = 'address' | 'domain';
/** Sources of suppressions that say by themselves who has spoken; nobody else may take their names. */
export const RESERVED_SUPPRESSION_SOURCES: readonly string[] = [
  'link',
  'one_click',
  'provider_event',
  'provider_sync',
  'reply',
  'unsubscribe_mail',
  'complaint_mail',
  'bounce_mail',
  'sms_keyword',
];
