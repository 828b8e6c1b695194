import { showValue, type Problem } from '@cadenza/domain';
import type { z } from 'zod';
import { showPath } from './paths.ts';
import { notAsExpected } from './problem.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  nonoptional: 'a value',
};

/** What completes "expected …" where a schema does not say it itself. */
function expectation(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `at least ${String(issue.minimum)}${unit(issue.origin)}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}${unit(issue.origin)}`;
    case 'invalid_union':
      return alternatives(issue);
    default:
      return 'another form';
  }
}

/** What a value that is none of several may be: the words of its key, or each of the forms. */
function alternatives(issue: Extract<RawIssue, { code: 'invalid_union' }>): string {
  const { errors } = issue;
  const options = 'options' in issue ? issue.options : undefined;
  if (Array.isArray(options)) return `one of ${options.map(String).join(', ')}`;
  const forms = errors.flatMap(([first]) => (first === undefined ? [] : [first.message]));
  return [...new Set(forms)].join(' or ') || 'another form';
}

/** The one of several forms that a value was meant to have: it is a list, say, as that asks for. */
function meantForm({ errors }: z.core.$ZodIssueInvalidUnion): readonly Issue[] | null {
  const forms = errors.filter((issues) =>
    issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  const [form] = forms;
  return forms.length === 1 && form !== undefined && form.length > 0 ? form : null;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' ? ' items' : '';
}

const TOO_SMALL: Readonly<Record<string, string>> = { string: 'too_short', array: 'too_few' };
const TOO_BIG: Readonly<Record<string, string>> = { string: 'too_long', array: 'too_many' };

function codeOf(issue: Issue): string {
  switch (issue.code) {
    case 'custom': {
      const code: unknown = issue.params?.['code'];
      return typeof code === 'string' ? code : 'invalid_value';
    }
    case 'too_small':
      return TOO_SMALL[issue.origin] ?? 'out_of_range';
    case 'too_big':
      return TOO_BIG[issue.origin] ?? 'out_of_range';
    case 'invalid_type':
      return 'invalid_type';
    case 'invalid_union':
      return issue.errors.length > 0 ? 'invalid_type' : 'invalid_value';
    default:
      return 'invalid_value';
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    return (value as Record<PropertyKey, unknown>)[part];
  }, input);
}

function problemsOf(issue: Issue, input: unknown, place: readonly string[]): Problem[] {
  const meant = issue.code === 'invalid_union' ? meantForm(issue) : null;
  if (meant !== null) {
    return meant.flatMap((one) =>
      problemsOf({ ...one, path: [...issue.path, ...one.path] }, input, place),
    );
  }
  const path = [...place, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: showPath([...path, key]),
      code: 'unknown_key',
      message: `"${key}" is not known here`,
    }));
  }
  const value = valueAt(input, issue.path);
  if (value === undefined) {
    const message = `missing: expected ${issue.message}`;
    return [{ path: showPath(path), code: 'required', message }];
  }
  const shown = SECRET_FIELDS.has(issue.path.at(-1) ?? '') ? 'a secret' : shownValue(value);
  return [
    { path: showPath(path), code: codeOf(issue), message: `${shown}: expected ${issue.message}` },
  ];
}

/** Fields whose values are never shown, whatever is wrong with them. */
const SECRET_FIELDS: ReadonlySet<PropertyKey> = new Set(['apiKey', 'password']);

function shownValue(value: unknown): string {
  return Array.isArray(value) ? `${value.length} items` : showValue(value);
}

/**
 * A value as its schema gives it.
 *
 * @param place what stands before each path: `query`, say; nothing for a body.
 * @throws HttpProblem with all that is wrong
 */
export function validated<S extends z.ZodType>(
  schema: S,
  input: unknown,
  place: readonly string[] = [],
): z.output<S> {
  const parsed = schema.safeParse(input, { error: expectation });
  if (parsed.success) return parsed.data;
  throw notAsExpected(parsed.error.issues.flatMap((issue) => problemsOf(issue, input, place)));
}
