import { showValue, type Problem } from '@cadenza/domain';
import type { z } from 'zod';
import { nearKey } from './near-key.ts';
import { ANY_KIND, KEYS_UNDER, SEND_ONLY } from './plan-schema.ts';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** A path as problems show it: `nodes[2].transitions[0].to`. */
export function showPath(path: Path): string {
  return path.reduce<string>((shown, part) => {
    if (typeof part === 'number') return `${shown}[${part}]`;
    return shown === '' ? String(part) : `${shown}.${String(part)}`;
  }, '');
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function unknownKey(owner: unknown, path: Path, key: string): Problem {
  const at = { path: showPath([...path, key]) };
  const { action, on } = (owner ?? {}) as { action?: unknown; on?: unknown };
  if (action === 'wait' && SEND_ONLY.includes(key)) {
    return {
      ...at,
      code: 'send_only_key',
      message: `"${key}" belongs to a send node, and a wait node sends nothing`,
    };
  }
  if (key === 'within' && typeof on === 'string') {
    return {
      ...at,
      code: 'within_on_timer',
      message: `"within" belongs to events, and "${on}" is none: expected ${on === 'skipped' ? 'no time' : '"after"'}`,
    };
  }
  if (key === 'after' && typeof on === 'string') {
    return {
      ...at,
      code: 'after_on_event',
      message: `"after" belongs to timers, and "${on}" is none: expected ${on === 'skipped' ? 'no time' : '"within"'}`,
    };
  }
  const place = path.findLast((part) => typeof part === 'string') ?? '';
  const known = KEYS_UNDER[place] ?? [];
  const missing = known.filter((one) => !Object.hasOwn(owner ?? {}, one));
  const near = nearKey(key, missing);
  const hint = near === null ? '' : ` (did you mean "${near}"?)`;
  return { ...at, code: 'unknown_key', message: `"${key}" is not a key of Plan 1.0 here${hint}` };
}

/** What else is wrong with a node or a transition of no known kind. */
function besideKind({ path, code }: Issue, input: unknown): Problem[] {
  const form = code === 'invalid_union' ? ANY_KIND[String(path.at(-1))] : undefined;
  if (form === undefined) return [];
  const owner = path.slice(0, -1);
  const parsed = form.safeParse(valueAt(input, owner));
  const issues = (parsed.error?.issues ?? []).map((issue) => ({
    ...issue,
    path: [...owner, ...issue.path],
  }));
  return schemaProblems(issues, input);
}

/** A node that sends a mail has a subject of its own, or the one of its thread. @param n its place in the plan. */
export function missingSubject(n: number): Problem {
  const message = 'missing: expected a subject, or "threadWith"';
  return { path: `nodes[${n}].subject`, code: 'required', message };
}

/** The same of a plan that has other problems of form, too. */
function missingSubjects(input: unknown): Problem[] {
  const nodes = valueAt(input, ['nodes']);
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown, n) => {
    const has = (key: string) => valueAt(node, [key]) !== undefined;
    const mails = valueAt(node, ['action']) === 'send' && valueAt(node, ['channel']) !== 'sms';
    return mails && !has('subject') && !has('threadWith') ? [missingSubject(n)] : [];
  });
}

/** All problems of form of a plan that the schema refused. */
export function formProblems(issues: readonly Issue[], input: unknown): Problem[] {
  return [...schemaProblems(issues, input), ...missingSubjects(input)];
}

function codeOf(issue: Issue): string {
  if (issue.code === 'custom') {
    const code: unknown = issue.params?.['code'];
    return typeof code === 'string' ? code : 'invalid_value';
  }
  if (issue.code === 'too_big') return issue.origin === 'array' ? 'too_many' : 'out_of_range';
  if (issue.code === 'too_small') return issue.origin === 'array' ? 'too_few' : 'out_of_range';
  return issue.code === 'invalid_type' ? 'invalid_type' : 'invalid_value';
}

/** The schema's messages complete the sentence "expected …". */
function schemaProblems(issues: readonly Issue[], input: unknown): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const value = valueAt(input, issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(value, issue.path, key));
    }
    const path = showPath(issue.path);
    const beside = besideKind(issue, input);
    if (value === undefined) {
      return [{ path, code: 'required', message: `missing: expected ${issue.message}` }, ...beside];
    }
    const code = codeOf(issue);
    const shown =
      Array.isArray(value) && code !== 'invalid_type' ? `${value.length} items` : showValue(value);
    return [{ path, code, message: `${shown}: expected ${issue.message}` }, ...beside];
  });
}
