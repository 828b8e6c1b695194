import type { Problem } from '@cadenza/domain';
import { MAX_SUBEXPRESSIONS } from '../limits.ts';
import { problemAt, type Place } from './place.ts';
import { isPlainArray, isPlainObject, type Plain } from './plain-data.ts';
import type { Rendering, Scope } from './rendering.ts';

/** A compiled expression. `undefined` is a missing value; `quiet` keeps it from being reported. */
export type Evaluate = (run: Rendering, quiet: boolean) => Plain | undefined;

/** What the compiler knows of the scope at a point: the absolute path of `this`, and around it. */
export interface StaticScope {
  readonly path: string;
  readonly parent: StaticScope | null;
  readonly inEach: boolean;
}

/** What is collected while a template is compiled. */
export interface Compilation {
  readonly part: string;
  readonly problems: Problem[];
  readonly variables: Set<string>;
  readonly roots: readonly string[] | null;
  /** Of an HTML template: expressions that a reader sees. */
  readonly seen: ReadonlySet<hbs.AST.Node>;
  /** How a reader sees the unsubscribe link that the template prints. */
  ownLink: OwnLink;
}

/**
 * Whether a template shows `unsubscribeUrl` by itself: always, only in some branch, never though it
 * prints it (in a comment, in what is hidden, as a part of another address), or not at all.
 */
export type OwnLink = 'shown' | 'sometimes' | 'unseen' | 'none';

const BLOCKS = new Set(['if', 'unless', 'each', 'with']);
const TEXT_HELPERS: Readonly<Record<string, (text: string) => string>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  capitalize: (text) => text.charAt(0).toUpperCase() + text.slice(1),
};
const ROUND_VARIABLES = new Set(['index', 'key', 'first', 'last']);
const FORBIDDEN = /^(?:__.*|constructor|prototype)$/;
const HELPER_LIST = 'if, unless, each, with, default, upper, lower, capitalize';

export function placeOf(node: hbs.AST.Node): Place {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}

export function isPath(node: hbs.AST.Node): node is hbs.AST.PathExpression {
  return node.type === 'PathExpression';
}

export function refuse(c: Compilation, node: hbs.AST.Node, code: string, message: string): void {
  c.problems.push(problemAt(c.part, placeOf(node), code, message));
}

const nothing: Evaluate = () => undefined;

/** Compiles `{{path}}`, `{{helper …}}` and `(helper …)`. */
export function compileCall(
  c: Compilation,
  node: hbs.AST.MustacheStatement | hbs.AST.SubExpression,
  scope: StaticScope,
  depth: number,
): Evaluate {
  const { path, params } = node;
  if (!isPath(path)) {
    refuse(c, node, 'literal_expression', 'expected a variable, got a literal');
    return nothing;
  }
  refuseNamedArguments(c, node.hash);
  const name = path.original;
  const isHelper = name === 'default' || Object.hasOwn(TEXT_HELPERS, name);
  if (params.length === 0 && node.type === 'MustacheStatement' && !isHelper) {
    return compilePath(c, path, scope);
  }
  if (depth > MAX_SUBEXPRESSIONS) {
    refuse(c, node, 'too_deep', `expected at most ${MAX_SUBEXPRESSIONS} nested sub-expressions`);
    return nothing;
  }
  if (!isHelper) {
    const hint = BLOCKS.has(name) ? `is a block: {{#${name} …}}` : `expected one of ${HELPER_LIST}`;
    refuse(c, node, 'unknown_helper', `unknown helper "${name}": ${hint}`);
    return nothing;
  }
  const values = params.map((param) => compileParam(c, param, scope, depth));
  return name === 'default' ? compileDefault(c, node, values) : compileText(c, node, name, values);
}

export function refuseNamedArguments(c: Compilation, hash: hbs.AST.Hash | undefined): void {
  const pair = hash?.pairs[0];
  if (pair !== undefined) {
    refuse(
      c,
      pair,
      'named_argument',
      `named arguments are not allowed: expected a value, got "${pair.key}="`,
    );
  }
}

export function compileParam(
  c: Compilation,
  node: hbs.AST.Expression,
  scope: StaticScope,
  depth: number,
): Evaluate {
  if (isPath(node)) return compilePath(c, node, scope);
  switch (node.type) {
    case 'SubExpression':
      return compileCall(c, node as hbs.AST.SubExpression, scope, depth + 1);
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral': {
      const { value } = node as hbs.AST.StringLiteral | hbs.AST.NumberLiteral;
      return () => value;
    }
    default:
      refuse(c, node, 'unknown_argument', 'expected a variable, a text, a number, true or false');
      return nothing;
  }
}

function compileDefault(c: Compilation, node: hbs.AST.Node, values: Evaluate[]): Evaluate {
  if (values.length < 2) {
    refuse(c, node, 'helper_arguments', 'expected {{default value fallback}}');
  }
  const place = placeOf(node);
  const last = values.length - 1;
  return (run, quiet) => {
    run.countStep(place);
    for (const [i, value] of values.entries()) {
      const found = value(run, quiet || i < last);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function compileText(
  c: Compilation,
  node: hbs.AST.Node,
  name: string,
  values: Evaluate[],
): Evaluate {
  const [value] = values;
  const helper = TEXT_HELPERS[name];
  if (value === undefined || values.length > 1 || helper === undefined) {
    refuse(c, node, 'helper_arguments', `expected {{${name} value}}`);
    return nothing;
  }
  const place = placeOf(node);
  return (run, quiet) => {
    const found = value(run, quiet);
    if (found === undefined) return undefined;
    const text = printable(found);
    if (text === null) {
      run.report(place, 'not_printable', `${name} expects a text, got a list or an object`);
      return undefined;
    }
    run.countStep(place, text.length);
    return helper(text);
  };
}

/** A value as text; null for lists and objects, which have no form worth sending. */
export function printable(value: Plain): string | null {
  return typeof value === 'object' ? null : String(value);
}

export function compilePath(
  c: Compilation,
  node: hbs.AST.PathExpression,
  scope: StaticScope,
): Evaluate {
  if (node.data) return compileRoundVariable(c, node, scope);
  const forbidden = node.parts.find((part) => FORBIDDEN.test(part));
  if (forbidden !== undefined) {
    refuse(
      c,
      node,
      'forbidden_path',
      `"${forbidden}" is not a name of data: expected the name of a value`,
    );
    return nothing;
  }
  let from: StaticScope | null = scope;
  for (let up = node.depth; up > 0; up -= 1) from = from?.parent ?? null;
  if (from === null) {
    refuse(
      c,
      node,
      'path_above_root',
      `${node.original} leads above the outermost scope: expected fewer ../`,
    );
    return nothing;
  }
  const absolute = [from.path, ...node.parts].filter((part) => part !== '').join('.');
  const [root = ''] = absolute.split(/[.[]/);
  if (c.roots !== null && root !== '' && !c.roots.includes(root)) {
    const message = `unknown variable ${node.original}: expected one under ${c.roots.join(', ')}`;
    refuse(c, node, 'unknown_variable', message);
  }
  if (absolute !== '') c.variables.add(absolute);
  const { depth, parts, original } = node;
  const place = placeOf(node);
  return (run, quiet) => {
    run.countStep(place);
    const found = lookUp(run.scope, depth, parts);
    if (found === undefined && !quiet) {
      run.report(place, 'missing_variable', `${original} is missing or empty`);
    }
    return found;
  };
}

function lookUp(start: Scope, depth: number, parts: readonly string[]): Plain | undefined {
  let scope: Scope | null = start;
  for (let up = depth; up > 0; up -= 1) scope = scope?.parent ?? null;
  let value: Plain | undefined = scope?.value;
  for (const part of parts) {
    if (isPlainObject(value)) value = value[part];
    else if (isPlainArray(value) && part === 'length') value = value.length;
    else if (isPlainArray(value) && /^\d+$/.test(part)) value = value[Number(part)];
    else return undefined;
  }
  return value === null || value === '' ? undefined : value;
}

function compileRoundVariable(
  c: Compilation,
  node: hbs.AST.PathExpression,
  scope: StaticScope,
): Evaluate {
  const [name = '', ...more] = node.parts;
  if (node.depth > 0 || more.length > 0 || !ROUND_VARIABLES.has(name)) {
    const message = `unknown data variable ${node.original}: expected @index, @first, @last or @key`;
    refuse(c, node, 'unknown_data_variable', message);
    return nothing;
  }
  if (!scope.inEach) {
    refuse(
      c,
      node,
      'data_variable_outside_each',
      `${node.original} has a value only inside each: expected {{#each}} around it`,
    );
    return nothing;
  }
  const place = placeOf(node);
  return (run) => {
    run.countStep(place);
    return run.scope.round?.[name as 'index' | 'key' | 'first' | 'last'];
  };
}
