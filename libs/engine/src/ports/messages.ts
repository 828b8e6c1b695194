import type { Actor, Channel, EpochMs, Id, MessageEventType, MessageStatus } from '@cadenza/domain';
import type { AttemptRef, TenantRef } from './refs.ts';

/** A message, or an attempt at it, with where it stands. */
export interface MessageRecord extends TenantRef {
  readonly enrollmentId: Id;
  readonly campaignId: Id;
  readonly contactId: Id;
  readonly nodeId: string;
  readonly visit: number;
  readonly attempt: number;
  readonly channel: Channel;
  readonly status: MessageStatus;
  readonly toAddress: string | null;
  readonly begunAt: EpochMs | null;
}

/** Where a walk through messages, in the order in which their hand-offs began, has come to. */
export interface MessagePosition {
  /** With its microseconds, as the database writes it. */
  readonly begunAt: string;
  readonly id: Id;
}

/** Messages of a tenant whose hand-offs began in a range of campaign time. */
export interface AcceptedPage {
  readonly tenantId: Id;
  /** Inclusive. */
  readonly since: EpochMs;
  /** Exclusive. */
  readonly until: EpochMs;
  /** Null where the page begins with the first one. */
  readonly after: MessagePosition | null;
  readonly limit: number;
}

/** A message by its current attempt, which the provider has accepted. */
export interface AcceptedMessage {
  readonly message: MessageRecord;
  readonly position: MessagePosition;
}

/** A message by its current attempt, with what decides about an unknown one. */
export interface CurrentMessage extends MessageRecord {
  /** Its tenant's: who decides what happens to a message of which the provider shows nothing. */
  readonly unknownPolicy: 'hold' | 'resend';
  /** How often its fate has been looked up. */
  readonly lookUps: number;
}

/** An attempt that has gone through the door of completion. */
export interface CompletedHandOff extends MessageRecord {
  /** It had been released, and evidence says that the release was wrong. */
  readonly reinstated: boolean;
}

export interface NewMessageEvent {
  readonly tenantId: Id;
  readonly id: Id;
  readonly messageId: Id;
  readonly enrollmentId: Id;
  /** The message's campaign and node, under which it is counted. */
  readonly campaignId: Id;
  readonly nodeId: string;
  readonly attempt: number;
  readonly type: MessageEventType;
  readonly at: EpochMs;
  readonly actor: Actor;
  readonly dedupeKey: string;
  readonly providerEventId: string | null;
  readonly url: string | null;
  readonly deliveryId: Id | null;
  readonly synthetic: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

/** News of an attempt; it only ever moves the attempt's status forward. */
export interface MessageNews extends AttemptRef {
  readonly status: MessageStatus | null;
  readonly providerMessageId: string | null;
  readonly smtpId: string | null;
  readonly detail: string | null;
}
