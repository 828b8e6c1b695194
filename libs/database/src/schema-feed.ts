import type { FeedEventType } from '@cadenza/domain';
import type { ColumnType, Generated } from 'kysely';

type Stamp = ColumnType<Date, Date | undefined, Date>;
type Default<T> = ColumnType<T, T | undefined, T>;

export interface EventFeedsTable {
  tenant_id: string;
  /** `bigint`s are read as text. */
  position: ColumnType<string, number | undefined, number>;
  unbroken_from: ColumnType<string, number | undefined, number>;
  wanted_until: Date | 'infinity';
  unwoken: Default<boolean>;
  created_at: Stamp;
}

export interface FeedEventsTable {
  tenant_id: string;
  id: Generated<string>;
  seq: Generated<string>;
  /** Null until it is relayed. */
  position: ColumnType<string | null, number | null | undefined, number | null>;
  type: FeedEventType;
  data: ColumnType<Record<string, unknown>, string, string>;
  /** Campaign time. */
  occurred_at: Date;
  created_at: Stamp;
}

export interface WebhookEndpointsTable {
  tenant_id: string;
  id: string;
  url: string;
  description: Default<string | null>;
  /** Empty: all. */
  event_types: Default<FeedEventType[]>;
  enabled: Default<boolean>;
  disabled_reason: Default<'operator' | 'failing' | 'gone' | null>;
  failing_since: Default<Date | null>;
  failures: Default<number>;
  due_at: Default<Date | 'infinity'>;
  not_before: Default<Date | '-infinity'>;
  visit_at: ColumnType<Date, never, never>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface EndpointSecretsTable {
  tenant_id: string;
  id: string;
  endpoint_id: string;
  sealed_secret: string;
  /** Null: the current one. */
  expires_at: Default<Date | null>;
  created_at: Stamp;
}

export interface EndpointDeliveriesTable {
  tenant_id: string;
  endpoint_id: string;
  position: ColumnType<string, number, number>;
  status: Default<'pending' | 'delivered' | 'failed'>;
  attempts: Default<number>;
  tries: Default<number>;
  next_at: Default<Date | null>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface EndpointAttemptsTable {
  tenant_id: string;
  endpoint_id: string;
  position: ColumnType<string, number, number>;
  attempt: number;
  outcome: 'delivered' | 'refused' | 'timeout' | 'unreachable' | 'forbidden_address';
  answer_status: number | null;
  detail: string | null;
  latency_ms: number;
  attempted_at: Date;
}
