import {
  ADDRESS_VALIDITIES,
  AUDIENCE_LIMITS,
  AUDIENCE_REACTIONS,
  AUDIENCE_TEXTS,
  CHANNELS,
  ENROLLMENT_STATUSES,
  isEmailAddress,
  isEmailDomain,
  normalizeEmail,
  type AudienceFilter,
  type Problem,
} from '@cadenza/domain';
import { z } from 'zod';
import { CUSTOM_KEY, id, line } from './fields.ts';
import { shapeProblem } from './json-shape.ts';
import { notAsExpected } from './problem.ts';
import { validated } from './validate.ts';

const { conditions, values, chars, days } = AUDIENCE_LIMITS;

function list<S extends z.ZodType>(item: S) {
  return z.array(item).min(1).max(values);
}

const text = line(chars);
const known = z.boolean().meta({ description: 'Whether there is any.' });
const tests = { is: list(text).optional(), contains: text.optional(), known: known.optional() };
// Schemas that change a value and not its type: a filter is answered with as it was taken.
const address = z
  .string()
  .max(320)
  .overwrite(normalizeEmail)
  .refine(isEmailAddress, 'an e-mail address such as jo@example.com');
const domain = z
  .string()
  .toLowerCase()
  .refine(isEmailDomain, 'the domain of e-mail addresses, such as example.com');
const number = z.number();
const INSTANT = 'an instant such as 2027-01-31T08:00:00Z, of the years 1 to 9999';
// It is kept as it was written, and so must be one that PostgreSQL reads.
const instant = z.iso
  .datetime({ offset: true, error: INSTANT, abort: true })
  .max(40)
  .refine(isReadInstant, INSTANT);
const span = {
  campaignId: id.optional().meta({ description: 'In this campaign alone.' }),
  withinDays: z.int().min(1).max(days).optional().meta({
    description: 'In so many times 24 hours before now, of campaign time.',
  }),
};

/** No place is further from UTC than 14 hours. */
const FURTHEST_HOURS = 14;

function isReadInstant(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  const hours = Number(/[+-](\d\d):?\d\d$/.exec(text)?.[1] ?? 0);
  return !text.startsWith('0000') && year >= 1 && year <= 9_999 && hours <= FURTHEST_HOURS;
}

/** A condition must ask something: one of these keys at least. */
function asking<S extends z.ZodType<object>>(schema: S, ...keys: readonly string[]): S {
  return schema.refine(
    (value) => keys.some((key) => key in value && value[key as keyof typeof value] !== undefined),
    { error: `at least one of ${keys.join(', ')}`, params: { code: 'required' } },
  );
}

/** One form for each `where`, which tells them apart. */
const condition: z.ZodType<AudienceFilter> = z
  .lazy(() =>
    z.discriminatedUnion('where', [
      z.strictObject({ where: z.enum(['all', 'any']), of: z.array(condition).min(1) }),
      z.strictObject({ where: z.literal('not'), of: condition }),
      asking(
        z.strictObject({ where: z.enum(AUDIENCE_TEXTS), ...tests }),
        ...['is', 'contains', 'known'],
      ),
      asking(
        z.strictObject({
          where: z.literal('email'),
          is: list(address).optional(),
          domain: list(domain).optional(),
          validity: list(z.enum(ADDRESS_VALIDITIES)).optional(),
          known: known.optional(),
        }),
        ...['is', 'domain', 'validity', 'known'],
      ),
      z.strictObject({ where: z.literal('phone'), known }),
      asking(
        z.strictObject({
          where: z.literal('lead'),
          is: list(id).optional(),
          known: known.optional(),
        }),
        ...['is', 'known'],
      ),
      asking(
        z.strictObject({
          where: z.literal('custom'),
          key: z
            .string()
            .regex(CUSTOM_KEY, 'a key of a letter and at most 63 letters, digits and "_"'),
          is: list(z.union([text, number, z.boolean()])).optional(),
          contains: text.optional(),
          known: known.optional(),
          atLeast: number.optional(),
          atMost: number.optional(),
        }),
        ...['is', 'contains', 'known', 'atLeast', 'atMost'],
      ),
      asking(
        z.strictObject({
          where: z.enum(['created', 'updated']),
          from: instant.optional(),
          before: instant.optional(),
        }),
        ...['from', 'before'],
      ),
      z.strictObject({ where: z.literal('consent'), channel: z.enum(CHANNELS) }),
      z.strictObject({
        where: z.literal('enrolled'),
        campaignId: span.campaignId,
        status: list(z.enum(ENROLLMENT_STATUSES)).optional(),
      }),
      z.strictObject({ where: z.literal('messaged'), ...span }),
      z.strictObject({
        where: z.literal('reacted'),
        by: list(z.enum(AUDIENCE_REACTIONS)),
        ...span,
      }),
    ]),
  )
  .meta({
    id: 'AudienceFilter',
    description:
      'Who is meant: every contact of whom the condition holds. `where` says what is asked; `all`, `any` and `not` hold others.',
  });

/** Who is meant, as a body says it. */
export const audienceFilter = condition.refine((filter) => countOf(filter) <= conditions, {
  error: `at most ${conditions} conditions`,
  params: { code: 'too_many' },
});

function countOf(filter: AudienceFilter): number {
  if (filter.where === 'not') return 1 + countOf(filter.of);
  if (filter.where !== 'all' && filter.where !== 'any') return 1;
  return filter.of.reduce((sum, one) => sum + countOf(one), 1);
}

/** The same in a query: JSON. */
export const audienceFilterText = z
  .string()
  .max(16_384)
  .meta({ description: 'An AudienceFilter, in JSON: those contacts alone.' })
  .optional();

/** @throws HttpProblem with all that is wrong in it */
export function parsedAudience(json: string | undefined): AudienceFilter | undefined {
  if (json === undefined) return undefined;
  const place = ['query', 'filter'];
  const value = jsonOf(json);
  const problem: Problem | null =
    value === undefined
      ? { path: '', code: 'not_json', message: 'expected a condition in JSON' }
      : shapeProblem(value);
  if (problem !== null) {
    const path = [...place, ...(problem.path === '' ? [] : [problem.path])].join('.');
    throw notAsExpected([{ ...problem, path }]);
  }
  return validated(audienceFilter, value, place);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
