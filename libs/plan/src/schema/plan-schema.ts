import { CHANNELS, isId } from '@cadenza/domain';
import { z } from 'zod';
import { parseDuration } from '../time/duration.ts';
import { isTimeZone } from '../time/zone.ts';
import { EVENT_TRIGGERS, TIMER_TRIGGERS, WEEKDAYS } from './vocabulary.ts';

/** Caps on a plan, so that no plan can exhaust what runs it. */
export const PLAN_LIMITS = {
  nodes: 200,
  transitionsPerNode: 20,
  /** RFC 5322 §2.1.1: characters of a line. */
  subjectChars: 998,
  /** Bytes of UTF-8, of `body` and of `text`. */
  bodyBytes: 256 * 1024,
  /** Bytes of the whole plan as JSON in UTF-8. */
  planBytes: 1024 * 1024,
  maxVisits: 100,
} as const;

const NODE_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** A time of day by the 24-hour clock. */
const CLOCK_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const CLOCK_TIME_OR_MIDNIGHT = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** A string with a rule of its own; `expected` completes the sentence "expected …". */
function text(rule: (value: string) => boolean, expected: string) {
  return z.string(expected).refine(rule, { error: expected, abort: true });
}

const duration = text(
  (value) => parseDuration(value) !== null,
  'an ISO 8601 duration in weeks, days, hours, minutes and seconds, such as PT72H or P1D',
).meta({ examples: ['PT72H', 'P1D', 'P1DT12H'] });
const nodeId = z.string('a node id').regex(NODE_ID, '1 to 64 letters, digits, "_" and "-"');
const clockTime = z.string('a time of day').regex(CLOCK_TIME, 'a time of day such as 07:30');
const endTime = z
  .string('a time of day')
  .regex(CLOCK_TIME_OR_MIDNIGHT, 'a time of day such as 17:00, or 24:00');
const timezone = text(isTimeZone, 'an IANA time zone such as Europe/Berlin');
const uuid = text(isId, 'a UUID');
const flag = z.boolean('true or false');

function utf8Bytes(value: string): number {
  return new TextEncoder().encode(value).length;
}

const template = z
  .string('a template')
  .refine((value) => value.trim().length > 0, {
    error: 'a template that is not empty',
    abort: true,
  })
  .refine((value) => utf8Bytes(value) <= PLAN_LIMITS.bodyBytes, {
    error: `at most ${PLAN_LIMITS.bodyBytes} bytes`,
    params: { code: 'too_long' },
  });
const subject = z
  .string('a subject')
  .refine((value) => value.trim().length > 0, { error: 'a subject that is not empty', abort: true })
  .refine((value) => value.length <= PLAN_LIMITS.subjectChars, {
    error: `at most ${PLAN_LIMITS.subjectChars} characters`,
    params: { code: 'too_long' },
  })
  .refine((value) => !/[\r\n]/.test(value), { error: 'a single line' });

const quietHours = z.strictObject({ start: clockTime, end: clockTime }, 'an object {start, end}');

const window = z.strictObject(
  {
    days: z
      .array(z.enum(WEEKDAYS, `one of ${WEEKDAYS.join(', ')}`), 'a list of weekdays')
      .min(1, 'at least one weekday'),
    start: clockTime,
    end: endTime,
  },
  'an object {days, start, end}',
);

const schedule = z.strictObject(
  {
    delay: duration,
    at: clockTime.optional(),
    window: window.optional(),
    maxLateness: duration.optional(),
  },
  'an object {delay, at?, window?, maxLateness?}',
);

/** Business days after a return on which somebody is still left alone, at most. */
const MOST_BUSINESS_DAYS = 30;

const outOfOffice = z.strictObject(
  {
    hold: flag.optional(),
    businessDays: z
      .int(`a whole number from 0 to ${MOST_BUSINESS_DAYS}`)
      .min(0, `a whole number from 0 to ${MOST_BUSINESS_DAYS}`)
      .max(MOST_BUSINESS_DAYS, `a whole number from 0 to ${MOST_BUSINESS_DAYS}`)
      .optional(),
    withoutDate: duration.optional(),
  },
  'an object {hold?, businessDays?, withoutDate?}',
);

const target = nodeId.meta({ description: 'The id of a node, or "stop".' });
const actor = z.enum(['human', 'any'], '"human" or "any"');

const triggerExpected = `one of ${[...EVENT_TRIGGERS, ...TIMER_TRIGGERS, 'skipped'].join(', ')}`;

const transition = z.discriminatedUnion(
  'on',
  [
    z.strictObject({
      on: z.enum(EVENT_TRIGGERS),
      to: target,
      within: duration.optional(),
      actor: actor.optional(),
    }),
    z.strictObject({
      on: z.enum(TIMER_TRIGGERS),
      to: target,
      after: duration.optional(),
      actor: actor.optional(),
    }),
    z.strictObject({ on: z.literal('skipped'), to: target }),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? triggerExpected : 'an object {on, to}') },
);
/** What every transition can have, for one whose `on` does not say which kind it is. */
const anyTransition = z.object({
  to: target,
  within: duration.optional(),
  after: duration.optional(),
  actor: actor.optional(),
});

const maxVisits = z
  .int(`a whole number from 1 to ${PLAN_LIMITS.maxVisits}`)
  .min(1, `a whole number from 1 to ${PLAN_LIMITS.maxVisits}`)
  .max(PLAN_LIMITS.maxVisits, `a whole number from 1 to ${PLAN_LIMITS.maxVisits}`);

const everyNode = {
  id: nodeId,
  channel: z.enum(CHANNELS, '"email" or "sms"'),
  maxVisits: maxVisits.optional(),
  transitions: z
    .array(transition, 'a list of transitions')
    .max(PLAN_LIMITS.transitionsPerNode, `at most ${PLAN_LIMITS.transitionsPerNode} transitions`),
};

/** A version of a reusable template, whose content the node has. */
const templateReference = z.strictObject(
  {
    id: uuid,
    version: z.int('a whole number from 1').min(1, 'a whole number from 1'),
  },
  'an object {id, version}',
);

const sendOnly = {
  template: templateReference.optional(),
  subject: subject.optional(),
  body: template,
  text: template.optional(),
  senderIdentityId: uuid.optional(),
  threadWith: nodeId.optional(),
  openTracking: flag.optional(),
  clickTracking: flag.optional(),
  schedule: schedule.optional(),
};

/** Keys that a text message has no place for. */
export const EMAIL_ONLY = [
  'subject',
  'text',
  'threadWith',
  'openTracking',
  'clickTracking',
] as const satisfies readonly (keyof typeof sendOnly)[];

const sendNode = z
  .strictObject({ ...everyNode, action: z.literal('send'), ...sendOnly })
  // For editors; `parsePlan` says it in words.
  .meta({
    anyOf: [
      { required: ['subject'] },
      { required: ['threadWith'] },
      {
        properties: {
          channel: { const: 'sms' },
          ...Object.fromEntries(EMAIL_ONLY.map((key) => [key, false])),
        },
      },
    ],
  });

const waitNode = z.strictObject({ ...everyNode, action: z.literal('wait') });

/** What every node can have, for one whose `action` does not say which kind it is. */
const anyNode = z.object({ ...everyNode, ...sendOnly, body: template.optional() });

/**
 * Forms by the key that tells kinds apart. Where its value is none of them the schema looks at
 * nothing else, and these still tell what else is wrong.
 */
export const ANY_KIND: Readonly<Record<string, z.ZodType>> = { on: anyTransition, action: anyNode };

const node = z.discriminatedUnion('action', [sendNode, waitNode], {
  error: (issue) => (issue.code === 'invalid_union' ? '"send" or "wait"' : 'an object'),
});

/**
 * The form of Plan 1.0. Unknown keys are problems. What a form cannot say (targets that exist,
 * bounded cycles, …) `parsePlan` checks.
 */
export const planSchema = z.strictObject(
  {
    version: z.literal('1.0', '"1.0"'),
    name: z.string('a text').max(200, 'at most 200 characters').optional(),
    timezone,
    quietHours: quietHours.optional(),
    sendWindow: window.optional(),
    maxLateness: duration.optional(),
    openTracking: flag.optional(),
    clickTracking: flag.optional(),
    outOfOffice: outOfOffice.optional(),
    companyStop: flag.optional(),
    startNodeId: nodeId,
    nodes: z
      .array(node, 'a list of nodes')
      .min(1, 'at least one node')
      .max(PLAN_LIMITS.nodes, `at most ${PLAN_LIMITS.nodes} nodes`),
  },
  'a plan object',
);

/** The keys of each object of a plan, by the name under which it stands; the plan itself has none. */
export const KEYS_UNDER: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(planSchema.shape),
  nodes: ['action', ...Object.keys(anyNode.shape)],
  transitions: ['on', ...Object.keys(anyTransition.shape)],
  schedule: Object.keys(schedule.shape),
  window: Object.keys(window.shape),
  sendWindow: Object.keys(window.shape),
  quietHours: Object.keys(quietHours.shape),
  outOfOffice: Object.keys(outOfOffice.shape),
  template: Object.keys(templateReference.shape),
};

/** The keys that send nodes alone have. */
export const SEND_ONLY: readonly string[] = Object.keys(sendOnly);

/** A plan as written: Plan 1.0 in JSON. */
export type Plan = z.infer<typeof planSchema>;
export type PlanNode = Plan['nodes'][number];
export type PlanSendNode = z.infer<typeof sendNode>;
export type PlanTransition = z.infer<typeof transition>;
export type PlanWindow = z.infer<typeof window>;
export type PlanQuietHours = z.infer<typeof quietHours>;
