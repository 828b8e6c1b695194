export {
  ADDRESS_DECISIONS,
  kindsDecided,
  type AddressDecision,
  type AddressPolicy,
} from './addresses/address-policy.ts';
export { answerText } from './answers/answer-text.ts';
export { sendAnswers, type SendAnswersOptions, type SentAnswers } from './answers/send-answers.ts';
export {
  checkAddresses,
  type AddressCheckOptions,
  type AddressCheckResult,
} from './addresses/check-addresses.ts';
export {
  pauseCampaign,
  pauseSender,
  pauseTenant,
  pauseUnverifiedSender,
  resumeSender,
  resumeTenant,
  SENDER_NOT_VERIFIED,
  startCampaign,
  type Operator,
  type TenantResumed,
} from './control/pause.ts';
export { endFinished, finishCampaign } from './control/finish-campaign.ts';
export type { OperatorOptions } from './control/operator-options.ts';
export { sendNow, type HurriedSend, type SendNowRefusal } from './control/send-now.ts';
export { resendMessage, type ResendRefusal } from './control/resend-message.ts';
export {
  resolveUnknown,
  UNKNOWN_RESOLUTIONS,
  type ResolveRefusal,
  type UnknownResolution,
} from './control/resolve-unknown.ts';
export { stopEnrollments } from './control/stop-enrollments.ts';
export { jobIdOf } from './dispatch/action-jobs.ts';
export {
  dispatchSends,
  type DispatchOptions,
  type DispatchResult,
} from './dispatch/dispatch-sends.ts';
export { dispatchTimeouts } from './dispatch/dispatch-timeouts.ts';
export { SENDS_PER_JOB } from './dispatch/send-jobs.ts';
export {
  enrol,
  type EnrolOptions,
  type EnrolRefusal,
  type EnrolResult,
  type EnrolWarning,
} from './enrol/enrol.ts';
export {
  processDeliveries,
  processDelivery,
  type DeliveryOutcome,
  type DeliveryResult,
  type EventOptions,
  type ParsedDelivery,
} from './events/process-deliveries.ts';
export {
  replayDeliveries,
  replayDelivery,
  type ReplayRequest,
  type ReplayedDeliveries,
} from './events/replay-deliveries.ts';
export {
  createIntake,
  type DeliveryIntake,
  type IntakeOptions,
  type RawDelivery,
} from './events/intake.ts';
export {
  guardDeliverability,
  type GuardOptions,
  type GuardPause,
  type GuardResult,
} from './guards/guard-deliverability.ts';
export {
  GUARD_SCOPES,
  judgeRates,
  type GuardScope,
  type JudgedRate,
  type Judgement,
} from './guards/judge-rates.ts';
export {
  DEFAULT_GUARD_THRESHOLDS,
  GUARD_LEVELS,
  GUARD_WINDOWS_MS,
  GUARDED_RATES,
  type GuardedRate,
  type GuardLevel,
  type GuardThresholds,
  type RateThresholds,
} from './guards/thresholds.ts';
export {
  processInbound,
  type InboundForm,
  type InboundOptions,
  type InboundResult,
} from './inbound/process-inbound.ts';
export { DeliveryTimeoutError } from './events/within.ts';
export {
  createInboundIntake,
  type InboundIntake,
  type InboundIntakeOptions,
  type IncomingMail,
} from './inbound/intake.ts';
export { applyInputs, type AppliedInput, type ApplyOptions } from './inputs/apply-inputs.ts';
export { countNewLimits } from './limits/count-new-limits.ts';
export { rebuildLimiter } from './limits/rebuild.ts';
export {
  createScopeResolver,
  DEFAULT_RATE_LIMITS,
  type LimitedMessage,
  type ScopeResolver,
} from './limits/scopes.ts';
export { WARM_UP_DAYS, warmUpAllowance, warmUpSchedule } from './limits/warm-up.ts';
export { checkPlan } from './plans/check-plan.ts';
export { createPlanCache, type PlanCache } from './plans/plan-cache.ts';
export { deadlineIn, type RealTime } from './ports/real-time.ts';
export type {
  AddressToCheck,
  CheckedAddress,
  PostponedAddress,
  VerdictSource,
} from './ports/addresses.ts';
export type { AuditedAction, Guards, SenderCounts } from './ports/guards.ts';
export type {
  DeliveryPage,
  DeliveryPosition,
  NewDelivery,
  QuarantinedEvent,
  ReadDelivery,
  StoredDelivery,
} from './ports/deliveries.ts';
export type {
  ActionCancel,
  ActionPlan,
  CampaignRecord,
  EnrolCandidate,
  EnrollmentRecord,
  EnrollmentUpdate,
  InputRef,
  NewEnrollment,
  NewInput,
  TransitionRecord,
} from './ports/enrollments.ts';
export type {
  InboundDelivery,
  InboundEffect,
  InboundMatchedBy,
  InboundVerdict,
  NewInboundAttachment,
  NewInboundDelivery,
  NewInboundMessage,
} from './ports/inbound.ts';
export type {
  LaneRef,
  PastHandOff,
  RateLimitSetting,
  SendLimits,
  Spacing,
  UncountedLimit,
  WarmUpRamp,
} from './ports/limits.ts';
export type {
  AcceptedMessage,
  AcceptedPage,
  CompletedHandOff,
  CurrentMessage,
  MessageNews,
  MessagePosition,
  MessageRecord,
  NewMessageEvent,
} from './ports/messages.ts';
export type { AddressRef, AttemptRef, ContactRef, DeliveryRef, TenantRef } from './ports/refs.ts';
export type {
  BeginRequest,
  BegunHandOff,
  ClaimedAction,
  ClaimedSend,
  DueSend,
  DueTimer,
  Gate,
  SendContext,
  Thread,
} from './ports/sends.ts';
export type {
  CampaignOptOut,
  ContactOptOut,
  NewSuppression,
  OptOutReason,
  SuppressionTarget,
} from './ports/suppressions.ts';
export { DELIVERY_PROVIDERS, type DeliveryProvider } from './ports/deliveries.ts';
export { INBOUND_EFFECTS, INBOUND_MATCHES } from './ports/inbound.ts';
export type {
  AnsweringSender,
  SettledSmsAnswer,
  SmsAnswer,
  SmsAnswerClaims,
  SmsAnswerDue,
  SmsAnswerReport,
  SmsAnswers,
  SmsAnswerTexts,
} from './ports/sms-answers.ts';
export type { EngineStore } from './ports/store.ts';
export type { EngineTransaction } from './ports/transaction.ts';
export type {
  EnrollmentHistory,
  EnrollmentPage,
  EnrollmentSnapshot,
  Histories,
  LiveAction,
  MessageOfEnrollment,
  RecordedTransition,
} from './ports/verification.ts';
export {
  reconcileAccepted,
  type AcceptedOptions,
  type AcceptedRequest,
  type MissedNews,
  type ReconciledPage,
} from './reconcile/reconcile-accepted.ts';
export { reconcile, type ReconcileOptions, type ReconcileResult } from './reconcile/reconcile.ts';
export { recordAbsences } from './replies/record-absences.ts';
export { stopColleagues, type ColleagueReply } from './replies/stop-colleagues.ts';
export {
  applyRetention,
  type AppliedRetention,
  type RetentionOptions,
} from './retention/apply-retention.ts';
export { detachInputs, type DetachedInputs } from './retention/detach-inputs.ts';
export { createBatcher, type Batcher, type BatchLimits } from './batch/batcher.ts';
export { beginSends, type BegunMail } from './send/begin-sends.ts';
export {
  prepareSends,
  type ReadyMail,
  type SendAction,
  type UnclearedMail,
} from './send/prepare-sends.ts';
export { answerClosedGates, type ClosedHandOff } from './send/closed-gates.ts';
export { UNKNOWNS_IN_A_ROW } from './send/breaker.ts';
export { createSender, type Begun, type Sender } from './send/sender.ts';
export { recordOutcomes, type HandOffResult } from './send/record-outcomes.ts';
export {
  createMessageRenderer,
  type InboundAddresses,
  type MessageRenderer,
  type RenderedMail,
} from './send/render-message.ts';
export type { RenderedSms } from './send/render-sms.ts';
export {
  CRASH_POINTS,
  type ClosedGate,
  type CrashPoint,
  type SenderOrTenantPaused,
  type SendOptions,
} from './send/send-options.ts';
export {
  checkSenderDomain,
  DOMAIN_CHECK_STATES,
  DOMAIN_CHECKS,
  type DomainCheck,
  type DomainCheckState,
  type DomainFinding,
} from './senders/check-sender-domain.ts';
export {
  lastSync,
  syncSuppressions,
  type SyncOptions,
  type SyncResult,
} from './suppress/sync-suppressions.ts';
export { endSuppressedEverywhere } from './suppress/end-everywhere.ts';
export {
  suppress,
  type Suppressed,
  type SuppressionEntry,
  type SuppressOptions,
} from './suppress/suppress.ts';
export {
  takeBackUnsubscribe,
  unsubscribe,
  type UnsubscribeOptions,
  type UnsubscribeRequest,
  type UnsubscribeSource,
} from './suppress/unsubscribe.ts';
export { sweep, type SweepOptions, type SweepResult } from './sweep/sweep.ts';
export { fireTimeouts, type TimeoutOptions, type TimeoutResult } from './timeouts/fire-timeouts.ts';
export { timerGraceMs } from './timeouts/timer-grace.ts';
export { explainEnrollment, type ExplainOptions } from './why/explain-enrollment.ts';
export {
  WHY_GATES,
  WHY_LIMIT_SCOPES,
  type Explanation,
  type NextSend,
  type WhyGate,
  type WhyGateName,
  type WhyLimit,
} from './why/explanation.ts';
export type { MessageFact, SendFact, SuppressionFact, WhyFacts, WhyReadings } from './ports/why.ts';
export type { Difference } from './verify/differences.ts';
export { verify, type VerifiedPage } from './verify/verify.ts';
export { requestErasure, type ErasureOptions } from './erasure/request-erasure.ts';
export {
  deleteErasedBlobs,
  workErasures,
  type ErasureRound,
  type ErasureWorkOptions,
} from './erasure/work-erasures.ts';
export type { Erasing } from './erasure/late-news.ts';
export type { Redacting, RedactingOf } from './erasure/redacting.ts';
export {
  ERASURE_STEPS,
  type ErasureClaims,
  type ErasureJob,
  type Erasures,
  type ErasureStep,
  type ErasureSubject,
  type QuarantinedElement,
  type HeldDelivery,
} from './ports/erasures.ts';
export { withdrawConsent } from './suppress/withdraw-consent.ts';
export type { Consents } from './ports/consents.ts';
export { sweepOrphanBlobs } from './retention/sweep-orphan-blobs.ts';
export {
  workAudiences,
  type AudienceRound,
  type AudienceWorkOptions,
} from './audience/work-audiences.ts';
export { previewAudience, type AudiencePreview } from './audience/preview-audience.ts';
export type {
  AudienceClaims,
  AudienceJob,
  AudienceProgress,
  AudienceQuery,
  Audiences,
} from './ports/audiences.ts';
export { checkContent, type CheckedContent } from './plans/check-content.ts';
export { previewContent, type PreviewedContent, type SampleData } from './plans/preview-content.ts';
export {
  deliverToEndpoint,
  type DeliverOptions,
  type DeliverResult,
} from './webhooks/deliver-to-endpoint.ts';
export type {
  DeliveryAttempt,
  DueDelivery,
  EndpointWork,
  WebhookStore,
  WorkedBatch,
} from './ports/webhooks.ts';
