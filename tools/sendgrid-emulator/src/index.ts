export type { Account, AccountSettings, SenderDomain, VerifiedSender } from './account.ts';
export type { AdjustableClock } from './adjustable-clock.ts';
export {
  BEHAVIOUR_WORD_LIST,
  DEFAULT_PROFILE,
  SILENT,
  type BehaviourProfile,
  type BehaviourWord,
} from './behaviour/profile.ts';
export type { BehaviourRule, Behaviours, BehaviourSettings } from './behaviour/rules.ts';
export { EVENT_NAMES, type EventName } from './behaviour/story.ts';
export {
  EMULATOR_API_KEY,
  startEmulator,
  type Emulator,
  type EmulatorOptions,
} from './emulator.ts';
export { faultSchema, type ActiveFault, type Faults, type FaultSpec } from './faults.ts';
export type { InboundMailSettings } from './inbound/inbound-mail.ts';
export type {
  AcceptedEntry,
  DeliveryEntry,
  Doubled,
  Ledger,
  LedgerCounts,
  LedgerEntry,
  PlannedEntry,
  RefusedEntry,
} from './ledger.ts';
export { readSettings } from './settings.ts';
export {
  SUPPRESSION_LISTS,
  type SuppressionEntry,
  type SuppressionList,
  type Suppressions,
} from './suppressions.ts';
export { DEFAULT_WEBHOOK, type WebhookOptions, type WebhookSettings } from './webhook/options.ts';
