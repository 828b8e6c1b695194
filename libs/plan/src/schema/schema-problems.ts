import { showValue, type Problem } from '@cadenza/domain';
import type { z } from 'zod';

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

const SEND_ONLY = [
  'subject',
  'body',
  'text',
  'senderIdentityId',
  'threadWith',
  'openTracking',
  'clickTracking',
  'schedule',
];

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
  return { ...at, code: 'unknown_key', message: `"${key}" is not a key of Plan 1.0 here` };
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

/**
 * Problems of a value that the plan's schema refused. The schema's messages complete the sentence
 * "expected …".
 */
export function schemaProblems(issues: readonly Issue[], input: unknown): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const value = valueAt(input, issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(value, issue.path, key));
    }
    const path = showPath(issue.path);
    if (value === undefined) {
      return [{ path, code: 'required', message: `missing: expected ${issue.message}` }];
    }
    const code = codeOf(issue);
    const shown =
      Array.isArray(value) && code !== 'invalid_type' ? `${value.length} items` : showValue(value);
    return [{ path, code, message: `${shown}: expected ${issue.message}` }];
  });
}
