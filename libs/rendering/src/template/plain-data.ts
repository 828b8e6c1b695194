import { showValue, type Problem } from '@cadenza/domain';

/** JSON data without prototypes: only own properties can ever be found in it. */
export type Plain = string | number | boolean | null | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: Plain | undefined;
}

export type PlainDataResult =
  | { readonly ok: true; readonly data: PlainObject }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const MAX_DEPTH = 20;
const MAX_VALUES = 50_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;

interface Budget {
  values: number;
  characters: number;
}

class NotPlain extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Copies a context into plain JSON data. Accessors are never called, inherited properties are not
 * seen, and anything that JSON cannot hold is a problem. A blank string counts as no value, as
 * nobody wants to read "Hi ,": it becomes `''`, which expressions take for missing.
 */
export function toPlainData(context: unknown): PlainDataResult {
  const budget: Budget = { values: 0, characters: 0 };
  try {
    const data = copy(context, 'context', 0, budget);
    if (!isPlainObject(data)) {
      throw refuse('context', 'context_not_json', `expected an object, got ${describe(context)}`);
    }
    return { ok: true, data };
  } catch (error) {
    if (error instanceof NotPlain) return { ok: false, problems: [error.problem] };
    throw error;
  }
}

export function isPlainObject(value: Plain | undefined): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isPlainArray(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value);
}

function copy(value: unknown, path: string, depth: number, budget: Budget): Plain {
  budget.values += 1;
  if (budget.values > MAX_VALUES) {
    throw refuse(path, 'context_too_large', `expected at most ${MAX_VALUES} values`);
  }
  if (depth > MAX_DEPTH) {
    throw refuse(path, 'context_too_deep', `expected at most ${MAX_DEPTH} levels`);
  }
  if (typeof value === 'string') return copyString(value, path, budget);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) {
    const items: Plain[] = [];
    for (let i = 0; i < value.length; i += 1) {
      items.push(copyProperty(value, String(i), `${path}[${i}]`, depth, budget) ?? null);
    }
    return items;
  }
  if (typeof value === 'object' && isRecord(value)) {
    const result = Object.create(null) as Record<string, Plain>;
    for (const key of Object.keys(value)) {
      const copied = copyProperty(value, key, `${path}.${key}`, depth, budget);
      if (copied !== undefined) result[key] = copied;
    }
    return result;
  }
  throw refuse(path, 'context_not_json', `expected JSON data, got ${describe(value)}`);
}

function copyString(value: string, path: string, budget: Budget): string {
  budget.characters += value.length;
  if (budget.characters > MAX_CHARACTERS) {
    throw refuse(path, 'context_too_large', `expected at most ${MAX_CHARACTERS} characters in all`);
  }
  return /\S/.test(value) ? value : '';
}

function copyProperty(
  owner: object,
  key: string,
  path: string,
  depth: number,
  budget: Budget,
): Plain | undefined {
  const property = Object.getOwnPropertyDescriptor(owner, key);
  if (property === undefined) return undefined;
  if (!('value' in property)) {
    throw refuse(path, 'context_not_json', 'expected JSON data, got an accessor');
  }
  const value: unknown = property.value;
  return value === undefined ? undefined : copy(value, path, depth + 1, budget);
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return 'an object of a class';
  }
  return typeof value === 'symbol' ? 'a symbol' : showValue(value ?? String(value));
}

function refuse(path: string, code: string, message: string): NotPlain {
  return new NotPlain({ path, code, message: `${path}: ${message}` });
}
