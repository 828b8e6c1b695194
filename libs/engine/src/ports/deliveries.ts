import type { EpochMs, Id } from '@cadenza/domain';
import type { DeliveryRef } from './refs.ts';

/** Whose form raw deliveries have. `sms-dev`: that of the development provider of text messages. */
export const DELIVERY_PROVIDERS = ['sendgrid', 'sms-dev'] as const;
export type DeliveryProvider = (typeof DELIVERY_PROVIDERS)[number];

export interface ReadDelivery extends DeliveryRef {
  readonly provider: DeliveryProvider;
  readonly payload: Buffer;
  readonly status: 'received' | 'processed' | 'quarantined';
}

export interface NewDelivery extends DeliveryRef {
  /** `sendgrid` by default. */
  readonly provider?: DeliveryProvider;
  readonly payload: Buffer;
  /** SHA-256 of the payload, by which a delivery of this owner is known. */
  readonly hash: Buffer;
}

export interface StoredDelivery extends DeliveryRef {
  readonly provider: DeliveryProvider;
  readonly payload: Buffer;
  /** How often it has been loaded to be processed, this time included. */
  readonly attempts: number;
}

/** Where a walk through stored deliveries has come to. */
export interface DeliveryPosition extends DeliveryRef {
  /** With its microseconds, as the database writes it. */
  readonly receivedAt: string;
}

/** Stored deliveries, in the order in which they were received. */
export interface DeliveryPage {
  /** Real time, inclusive; null: from the first one on. */
  readonly from: EpochMs | null;
  /** Real time, exclusive; null: to the last one. */
  readonly to: EpochMs | null;
  /** Only those that are quarantined, or have events that are. */
  readonly quarantined: boolean;
  readonly after: DeliveryPosition | null;
  readonly limit: number;
}

/** An element of a delivery that could not be used, kept apart with its reason. */
export interface QuarantinedEvent {
  readonly deliveryId: Id;
  readonly position: number;
  readonly reason: string;
  readonly raw: unknown;
}
