import type { Problem } from '@cadenza/domain';
import type { TemplateLimits } from '../limits.ts';
import type { Plain, PlainObject } from './plain-data.ts';
import { problemAt, type Place } from './place.ts';
import type { Span } from '../html/printed-values.ts';

/** What `@index`, `@key`, `@first` and `@last` say of a round of an `each`. */
export interface Round {
  readonly index: number;
  readonly key: string;
  readonly first: boolean;
  readonly last: boolean;
}

/** The values that paths start from: `this`, and by `../` the scopes around it. */
export interface Scope {
  readonly value: Plain | undefined;
  readonly parent: Scope | null;
  readonly round: Round | null;
}

/** Thrown to leave a rendering that has gone past a bound. */
export class LimitExceeded extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

const MAX_PROBLEMS = 20;

/** One run of a compiled template: what it has written, and how much of its bounds it has used. */
export class Rendering {
  readonly part: string;
  readonly limits: TemplateLimits;
  readonly problems: Problem[] = [];
  output = '';
  /** Where in `output` values stand that a reader sees, as text or as a link. */
  readonly printed: Span[] = [];
  /** Offset in `output` of the last `</body`. */
  bodyEnd: number | null = null;
  /** Whether the context's `unsubscribeUrl` has been printed where a reader can follow it. */
  printsUnsubscribeUrl = false;
  readonly unsubscribeUrl: Plain | undefined;
  scope: Scope;
  #url: string | null = null;
  #bytes = 0;
  #iterations = 0;
  #steps = 0;

  constructor(part: string, limits: TemplateLimits, data: PlainObject) {
    this.part = part;
    this.limits = limits;
    this.scope = { value: data, parent: null, round: null };
    this.unsubscribeUrl = data['unsubscribeUrl'];
  }

  write(text: string, place: Place): void {
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > this.limits.maxOutputBytes) {
      const message = `the output is longer than ${this.limits.maxOutputBytes} bytes`;
      throw new LimitExceeded(problemAt(this.part, place, 'output_too_large', message));
    }
    this.output += text;
    if (this.#url !== null) this.#url += text;
  }

  /** Writes a value that a reader sees. */
  print(text: string, place: Place): void {
    const from = this.output.length;
    this.write(text, place);
    this.printed.push({ from, to: this.output.length });
  }

  beginUrl(): void {
    this.#url = '';
  }

  /** The value of the URL attribute that ends here, as written. */
  endUrl(): string {
    const url = this.#url ?? '';
    this.#url = null;
    return url;
  }

  countRound(place: Place): void {
    this.#iterations += 1;
    if (this.#iterations > this.limits.maxIterations) {
      const message = `the loops run more than ${this.limits.maxIterations} rounds`;
      throw new LimitExceeded(problemAt(this.part, place, 'too_many_iterations', message));
    }
  }

  /** Counts work that need not write anything; `characters` is the length of text looked at. */
  countStep(place: Place, characters = 0): void {
    this.#steps += 1 + Math.floor(characters / 64);
    if (this.#steps > this.limits.maxSteps) {
      const message = `rendering takes more than ${this.limits.maxSteps} steps`;
      throw new LimitExceeded(problemAt(this.part, place, 'too_many_steps', message));
    }
  }

  report(place: Place, code: string, message: string): void {
    const problem = problemAt(this.part, place, code, message);
    const known = this.problems.some((p) => p.path === problem.path && p.code === code);
    if (!known && this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }
}
