import type { Channel, EpochMs, Id, SuppressionKind, SuppressionReason } from '@cadenza/domain';

/** What is not to be written to. */
export interface SuppressionTarget {
  readonly channel: Channel;
  readonly kind: SuppressionKind;
  /** An address or a domain, normalised; of SMS a number. */
  readonly value: string;
}

export interface NewSuppression extends SuppressionTarget {
  readonly tenantId: Id;
  readonly reason: SuppressionReason;
  readonly source: string;
  readonly messageId: Id | null;
  readonly at: EpochMs;
}

/** A person and the campaign that they have left. */
export interface CampaignOptOut {
  readonly tenantId: Id;
  readonly contactId: Id;
  readonly campaignId: Id;
}

/** Why a person gets nothing more: their own words, as the law has them. */
export const OPT_OUT_REASONS = ['unsubscribed', 'spamreport'] as const;
export type OptOutReason = (typeof OPT_OUT_REASONS)[number];

/** A person who has left everything of a tenant by a channel, and an address that they have left as. */
export interface ContactOptOut {
  readonly tenantId: Id;
  /** Null: whoever has the address now. */
  readonly contactId: Id | null;
  readonly channel: SuppressionTarget['channel'];
  /** Null where none is known. */
  readonly value: string | null;
  readonly reason: OptOutReason;
  readonly source: string;
  readonly at: EpochMs;
}
