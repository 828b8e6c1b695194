import {
  isEmailAddress,
  isId,
  normalizeEmail,
  normalizePhone,
  PHONE_NUMBER_EXPECTED,
} from '@cadenza/domain';
import { isTimeZone } from '@cadenza/plan';
import { z } from 'zod';
import { storableProblem } from './storable.ts';

/** Lengths, in characters, of what people write. */
export const LENGTHS = {
  name: 200,
  leadName: 300,
  website: 2_000,
  summary: 5_000,
  signature: 5_000,
  customText: 2_000,
  /** Of all custom values together, as JSON. */
  custom: 16_384,
} as const;

/** The name of a custom value: one that a template can print. */
export const CUSTOM_KEY = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

// Control characters, C0 and C1: all of them, and all but tab and line breaks.
const CONTROLS = /[\p{Cc}\u2028\u2029]/u;
const CONTROLS_BUT_BREAKS = /[^\P{Cc}\t\n\r]/u;

/** Whether a text is one line of characters that mail and database take. */
export function isCleanLine(value: string): boolean {
  return value.isWellFormed() && !CONTROLS.test(value);
}

/** Whether a text of any lines is of characters that mail and database take. */
export function isCleanText(value: string): boolean {
  return value.isWellFormed() && !CONTROLS_BUT_BREAKS.test(value);
}

export const CLEAN_TEXT_EXPECTED = 'a text without control characters';

/** The length of a text as PostgreSQL and JSON Schema count it: one for each code point. */
export function lengthOf(value: string): number {
  // What a text has beyond its code points is the second halves of surrogate pairs.
  return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

function trimmed(max: number, isClean: (value: string) => boolean, expected: string) {
  return (
    z
      .string()
      .trim()
      .min(1, 'a text that is not empty')
      .refine((value) => lengthOf(value) <= max, {
        error: `at most ${max} characters`,
        params: { code: 'too_long' },
      })
      .refine(isClean, expected)
      // Zod's own bound counts the units of UTF-16.
      .meta({ maxLength: max })
  );
}

/** A text of one line, trimmed and not empty. */
export function line(max: number) {
  return trimmed(max, isCleanLine, 'one line without control characters');
}

/** A text of any lines, trimmed and not empty. */
export function lines(max: number) {
  return trimmed(max, isCleanText, CLEAN_TEXT_EXPECTED);
}

/** Ids are compared as PostgreSQL writes them. */
export const id = z.string().toLowerCase().refine(isId, 'a UUID').meta({ format: 'uuid' });

export const email = z
  .string()
  .max(320)
  .transform(normalizeEmail)
  .refine(isEmailAddress, {
    error: 'an e-mail address such as jo@example.com',
    params: { code: 'invalid_address' },
  })
  .meta({ format: 'email' });

export const timezone = z.string().refine(isTimeZone, {
  error: 'an IANA time zone such as Europe/Berlin',
  params: { code: 'unknown_timezone' },
});

export const phone = z
  .string()
  .max(40)
  .refine((value) => normalizePhone(value) !== null, {
    error: PHONE_NUMBER_EXPECTED,
    params: { code: 'invalid_phone' },
  })
  .transform((value) => normalizePhone(value) ?? value);

/** Values of the tenant's own, for templates: `{{contact.custom.favouriteTea}}`. */
export const custom = z
  .record(
    z.string(),
    z.unknown().meta({ description: 'A text, a number, true, false, null, or lists of them.' }),
  )
  .superRefine((value, context) => {
    for (const [key, entry] of Object.entries(value)) {
      const problem = CUSTOM_KEY.test(key)
        ? storableProblem(entry)
        : 'a key of a letter and at most 63 letters, digits and "_"';
      if (problem !== null) context.addIssue({ code: 'custom', path: [key], message: problem });
    }
    if (context.issues.length > 0) return;
    if (JSON.stringify(value).length > LENGTHS.custom) {
      context.addIssue({
        code: 'custom',
        message: `at most ${LENGTHS.custom} characters of JSON`,
        params: { code: 'too_long' },
      });
    }
  });

/** An instant, as answers show it. */
export const instant = z.string().meta({ format: 'date-time' });

/** An instant that a request names, with its offset from UTC. */
export const pointInTime = z.iso
  .datetime({ offset: true, error: 'an instant such as 2027-01-31T08:00:00Z' })
  .transform((text) => new Date(text));

/** The name of an IP pool at SendGrid, which takes 2 to 64 characters. */
export const ipPool = line(64)
  .refine((name) => lengthOf(name) >= 2, 'a name of 2 to 64 characters')
  .meta({ minLength: 2, maxLength: 64 });

/** Why somebody paused or stopped something. */
export const reason = line(200);

export const problem = z
  .strictObject({ path: z.string(), code: z.string(), message: z.string() })
  .meta({ id: 'Problem' });
/** What is no reason to refuse, and still not as it should be. */
export const warnings = z.array(problem);

/** What is wrong with a row of an imported file. */
export const rowProblem = z
  .strictObject({
    row: z.int().meta({ description: 'CSV: the header is row 1. JSON: from 1.' }),
    column: z.string(),
    value: z.string(),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'RowProblem' });
