/**
 * One thing wrong with an input: what was found, where, and what was expected. Imports, plans,
 * configuration and requests all report problems in this shape.
 */
export interface Problem {
  /** Where, as a path such as `nodes[2].transitions[0].to` or `row 17, column email`. */
  readonly path: string;
  /** A stable word for the kind of problem, such as `missing_target`. */
  readonly code: string;
  /** A sentence that names the value, and what was expected. */
  readonly message: string;
}

/** An input was refused; `problems` says everything that is wrong with it. */
export class InvalidInputError extends Error {
  readonly problems: readonly Problem[];

  constructor(what: string, problems: readonly Problem[]) {
    const shown = problems.slice(0, 10).map((p) => `\n  ${p.path}: ${p.message}`);
    const more = problems.length > 10 ? `\n  and ${problems.length - 10} more` : '';
    super(`${what}:${shown.join('')}${more}`);
    this.name = 'InvalidInputError';
    this.problems = problems;
  }
}

const MAX_SHOWN = 60;

/**
 * A value in a form short enough to be shown in a problem's message, as JSON where that can express
 * it. It never throws, and looks at no more of the value than is shown: inputs are of any depth.
 */
export function showValue(value: unknown): string {
  let text: string;
  try {
    text = typeof value === 'string' ? `"${value}"` : written(value, '');
  } catch {
    // A getter of the value's own, say.
    return 'a value that cannot be shown';
  }
  return text.length > MAX_SHOWN ? `${text.slice(0, 57)}…` : text;
}

/** A text with a value behind it. Each level writes a character, so it goes no deeper than is shown. */
function written(value: unknown, before: string): string {
  if (typeof value === 'string') return before + JSON.stringify(value.slice(0, MAX_SHOWN + 1));
  if (typeof value !== 'object' || value === null) return before + String(value);
  if (value instanceof Date) return before + JSON.stringify(value);
  const isList = Array.isArray(value);
  let text = before + (isList ? '[' : '{');
  let separator = '';
  for (const key of isList ? value.keys() : Object.keys(value)) {
    if (text.length > MAX_SHOWN) return text;
    const part: unknown = isList ? value[Number(key)] : (value as Record<string, unknown>)[key];
    if (!isList && part === undefined) continue;
    text += separator + (isList ? '' : `${JSON.stringify(key)}:`);
    text = written(isList && part === undefined ? null : part, text);
    separator = ',';
  }
  return text + (isList ? ']' : '}');
}
