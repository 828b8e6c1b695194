export { importPlan, type ImportChange, type ImportedPlan } from './import/import-plan.ts';
export { diffActions, impliedActions, type ActionDiff } from './machine/actions.ts';
export { fold, followOn, needsReplay, replay } from './machine/fold.ts';
export {
  awaitedHandOff,
  DEFAULT_SETTINGS,
  DEFAULT_SOFT_BOUNCE_RETRY_MS,
  initialState,
} from './machine/state.ts';
export { step } from './machine/step.ts';
export {
  MACHINE_VERSION,
  type EnrollmentInput,
  type EnrollmentState,
  type FoldBase,
  type FoldResult,
  type HandOff,
  type Hold,
  type ImpliedAction,
  type MachineSettings,
  type MachineVersion,
  type Outcome,
  type Outcomes,
  type ReactionType,
  type RecordedInput,
  type SeenEvent,
  type StepResult,
  type TimerType,
} from './machine/types.ts';
export { awayUntil, LONGEST_HOLD_MS } from './schedule/away-until.ts';
export type { AllowedTimes, ClockStretch } from './schedule/allowed-times.ts';
export { isLate, maySendAt, planRun, type PlannedRun } from './schedule/plan-run.ts';
export { planJsonSchema } from './schema/json-schema.ts';
export { PLAN_LIMITS, planSchema, type Plan } from './schema/plan-schema.ts';
export {
  DEFAULT_AFTER,
  EVENT_TRIGGERS,
  STOP,
  TIMER_TRIGGERS,
  type EventTrigger,
  type TimerTrigger,
  type Trigger,
} from './schema/vocabulary.ts';
export {
  simulate,
  type Reaction,
  type Script,
  type Simulation,
  type SimulationOptions,
  type TraceEntry,
} from './simulate/simulate.ts';
export { addDuration, parseDuration, type Duration } from './time/duration.ts';
export { isTimeZone } from './time/zone.ts';
export { canonicalPlanJson, planHash } from './validate/canonical.ts';
export type {
  CompiledNode,
  CompiledPlan,
  CompiledSendNode,
  CompiledTransition,
  CompiledWaitNode,
} from './validate/compiled-plan.ts';
export { parsePlan, type ParsePlanResult } from './validate/parse-plan.ts';
export { CUSTOM_ROOTS, TEMPLATE_VARIABLES } from './validate/variables.ts';
export {
  templateKey,
  templateReferences,
  withTemplates,
  type TemplateContent,
  type TemplateReference,
} from './templates/fill-templates.ts';
