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

/** A value in a form short enough to be shown in a problem's message. */
export function showValue(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
