import type { components } from './schema.ts';

/** What the API says of a request that it did not carry out (RFC 9457). */
export type ProblemDocument = components['schemas']['ProblemDocument'];

/** An answer of the API that was no success. Its message says what was wrong, value by value. */
export class CadenzaApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Null where the answer came from something before the API, such as a proxy. */
  readonly problem: ProblemDocument | null;

  constructor(status: number, problem: ProblemDocument | null) {
    const details = problem?.problems.map(({ path, message }) => `${path}: ${message}`) ?? [];
    super([`${status} ${problem?.detail ?? 'without a problem document'}`, ...details].join('\n'));
    this.name = 'CadenzaApiError';
    this.status = status;
    this.problem = problem;
  }
}

/** What a call comes to. */
export interface Outcome<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The data of a call.
 *
 * @throws CadenzaApiError for every other answer than a success.
 */
export async function answered<T>(call: Promise<Outcome<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (response.ok && data !== undefined && data !== null) return data;
  throw new CadenzaApiError(response.status, isProblem(error) ? error : null);
}

function isProblem(error: unknown): error is ProblemDocument {
  return (
    typeof error === 'object' &&
    error !== null &&
    'detail' in error &&
    'problems' in error &&
    Array.isArray(error.problems)
  );
}
