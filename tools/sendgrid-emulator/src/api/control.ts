import { z } from 'zod';
import { InvalidInputError, isEmailAddress, normalizeEmail } from '@cadenza/domain';
import type { Account } from '../account.ts';
import type { AdjustableClock } from '../adjustable-clock.ts';
import { errorAnswer, type ApiAnswer } from '../api-error.ts';
import { BEHAVIOUR_WORD_LIST, DEFAULT_PROFILE } from '../behaviour/profile.ts';
import type { BehaviourRule, Behaviours } from '../behaviour/rules.ts';
import { parseFault, type Faults } from '../faults.ts';
import type { InboundParse } from '../inbound/inbound-parse.ts';
import type { Ledger } from '../ledger.ts';
import type { WebhookSettings } from '../webhook/options.ts';
import type { EventWebhook } from '../webhook/webhook.ts';
import type { Route } from './route.ts';

const likelihood = z.number().min(0).max(1);
const clockSchema = z.strictObject({
  rate: z.number().positive(),
  realBase: z.number().optional(),
  campaignBase: z.number().optional(),
});
const webhookSchema = z.strictObject({
  url: z.union([z.url({ protocol: /^https?$/ }), z.null()]).optional(),
  batchIntervalMs: z.number().min(0).optional(),
  maxBatchBytes: z.int().positive().optional(),
  maxBatchEvents: z.int().positive().optional(),
  streams: z.int().positive().optional(),
  duplicates: z
    .strictObject({ probability: likelihood.optional(), maxCopies: z.int().min(2).optional() })
    .optional(),
  disorder: z
    .strictObject({
      probability: likelihood.optional(),
      maxDelayMs: z.number().min(0).optional(),
      shuffle: z.boolean().optional(),
    })
    .optional(),
  timeoutMs: z.number().positive().optional(),
  retry: z
    .strictObject({
      firstMs: z.number().positive().optional(),
      maxMs: z.number().positive().optional(),
      giveUpMs: z.number().positive().optional(),
    })
    .optional(),
  concurrency: z.int().positive().optional(),
  signRetriesAfresh: z.boolean().optional(),
});
const accountSchema = z.strictObject({
  credits: z.union([z.int().min(0), z.null()]).optional(),
  activityAddOn: z.boolean().optional(),
  emailLogs: z.boolean().optional(),
  indexingLagMs: z.number().min(0).optional(),
});
const ruleSchema = z.strictObject({
  match: z.string().min(1),
  do: z.array(z.enum(BEHAVIOUR_WORD_LIST)).optional(),
  profile: z
    .partialRecord(
      z.enum(Object.keys(DEFAULT_PROFILE) as (keyof typeof DEFAULT_PROFILE)[]),
      z.number().min(0),
    )
    .optional(),
});
const verifySchema = z.union([
  z.strictObject({
    email: z.string().refine((value) => isEmailAddress(normalizeEmail(value)), 'not an address'),
  }),
  z.strictObject({ domain: z.string().min(1) }),
]);

const inboundSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  from: z.string(),
  to: z.array(z.string()).min(1),
  subject: z.string().optional(),
  text: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  raw: z.string().optional(),
  form: z.enum(['parsed', 'raw']).optional(),
  signed: z.boolean().optional(),
});

/** Where the emulator stands. */
export interface IdleReport {
  readonly idle: boolean;
  /** Events, batches and scheduled mails that wait for their time. */
  readonly pending: number;
  /** Events on their way to the webhook. */
  readonly undelivered: number;
  /** Campaign time of the next pending thing. */
  readonly nextAt: number | null;
}

/** The control endpoints, `/_emulator/…`: what SendGrid does not have. */
export function controlRoutes(parts: {
  readonly info: () => object;
  readonly clock: AdjustableClock;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly webhook: EventWebhook;
  readonly inbound: Pick<InboundParse, 'receive'>;
  readonly account: Account;
  readonly behaviours: Behaviours;
  readonly idleReport: () => IdleReport;
  readonly idle: () => Promise<void>;
}): readonly Route[] {
  const { clock, faults, ledger, webhook, account, behaviours } = parts;
  const clockState = (): ApiAnswer => ({
    status: 200,
    body: { now: clock.now(), rate: clock.rate },
  });
  return [
    { method: 'GET', path: '/_emulator', handle: () => ({ status: 200, body: parts.info() }) },
    { method: 'GET', path: '/_emulator/clock', handle: clockState },
    {
      method: 'PUT',
      path: '/_emulator/clock',
      handle: ({ body }) =>
        refusing(() => {
          const { rate, realBase, campaignBase } = checked('clock', clockSchema, body);
          clock.set({
            rate,
            ...(realBase !== undefined && { realBase }),
            ...(campaignBase !== undefined && { campaignBase }),
          });
          return clockState();
        }),
    },
    {
      method: 'GET',
      path: '/_emulator/idle',
      async handle({ query }) {
        const waitMs = Number(query.get('wait') ?? 0);
        if (waitMs > 0 && !parts.idleReport().idle) {
          await Promise.race([
            parts.idle(),
            new Promise((resolve) => setTimeout(resolve, waitMs).unref()),
          ]);
        }
        return { status: 200, body: parts.idleReport() };
      },
    },
    {
      method: 'GET',
      path: '/_emulator/ledger',
      handle: ({ query }) =>
        query.get('format') === 'ndjson'
          ? { status: 200, lines: ledger.ndjson() }
          : {
              status: 200,
              body: {
                accepted: ledger.accepted,
                refused: ledger.refused,
                planned: ledger.planned,
                deliveries: ledger.deliveries,
              },
            },
    },
    {
      method: 'GET',
      path: '/_emulator/counts',
      handle: () => ({ status: 200, body: ledger.counts() }),
    },
    {
      method: 'GET',
      path: '/_emulator/doubled',
      handle: () => ({ status: 200, body: ledger.doubled() }),
    },
    {
      method: 'GET',
      path: '/_emulator/faults',
      handle: () => ({ status: 200, body: faults.list() }),
    },
    {
      method: 'POST',
      path: '/_emulator/faults',
      handle: ({ body }) =>
        refusing(() => ({ status: 201, body: { id: faults.add(parseFault(body)) } })),
    },
    {
      method: 'DELETE',
      path: '/_emulator/faults',
      handle() {
        faults.clear();
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: '/_emulator/faults/:id',
      handle: ({ params }) =>
        faults.remove(params['id'] ?? '') ? { status: 204 } : errorAnswer(404, 'not found'),
    },
    {
      method: 'PUT',
      path: '/_emulator/webhook',
      handle: ({ body }) =>
        refusing(() => {
          webhook.configure(checked('webhook', webhookSchema, body) as WebhookSettings);
          return { status: 200, body: webhook.options };
        }),
    },
    {
      method: 'POST',
      path: '/_emulator/inbound',
      handle: ({ body }) =>
        refusing(() => {
          const { url, signed, ...mail } = checked('inbound', inboundSchema, body);
          const receiving = parts.inbound.receive(mail, { url, signed });
          return receiving.then((answer) => ({ status: 200, body: answer }));
        }),
    },
    {
      method: 'PUT',
      path: '/_emulator/account',
      handle: ({ body }) =>
        refusing(() => {
          const { credits, activityAddOn, emailLogs, indexingLagMs } = checked(
            'account',
            accountSchema,
            body,
          );
          account.configure({
            ...(credits !== undefined && { credits }),
            ...(activityAddOn !== undefined && { activityAddOn }),
            ...(emailLogs !== undefined && { emailLogs }),
            ...(indexingLagMs !== undefined && { indexingLagMs }),
          });
          return { status: 204 };
        }),
    },
    {
      method: 'POST',
      path: '/_emulator/rules',
      handle: ({ body }) =>
        refusing(() => {
          behaviours.add(checked('rule', ruleSchema, body) as BehaviourRule);
          return { status: 201, body: {} };
        }),
    },
    {
      method: 'POST',
      path: '/_emulator/verify',
      handle: ({ body }) =>
        refusing(() => {
          const wanted = checked('verify', verifySchema, body);
          if ('email' in wanted) account.verifySender(wanted.email);
          else account.verifyDomain(wanted.domain);
          return { status: 204 };
        }),
    },
  ];
}

function checked<T>(what: string, schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(
    what,
    parsed.error.issues.map((issue) => ({
      path: issue.path.join('.') || what,
      code: issue.code ?? 'invalid',
      message: issue.message,
    })),
  );
}

function refusing<T extends ApiAnswer | Promise<ApiAnswer>>(act: () => T): T | ApiAnswer {
  try {
    return act();
  } catch (error) {
    if (error instanceof InvalidInputError) {
      const errors = error.problems.map(({ path, message }) => ({
        message,
        field: path,
        help: null,
      }));
      return { status: 400, body: { errors } };
    }
    throw error;
  }
}
