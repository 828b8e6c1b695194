import type { Problem } from '@cadenza/domain';

/** What a problem's `type` says, and the status and title that go with it. */
const KINDS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'invalid-token': { status: 401, title: 'No valid access token' },
  unauthenticated: { status: 401, title: 'No valid API key' },
  'not-signed-in': { status: 401, title: 'Nobody has been signed in' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'timed-out': { status: 408, title: 'The request took too long' },
  conflict: { status: 409, title: 'In conflict with what is there' },
  'precondition-failed': { status: 412, title: 'It is not as it was' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  unprocessable: { status: 422, title: 'The request cannot be carried out as it is' },
  internal: { status: 500, title: 'Something went wrong here' },
  'upstream-failed': { status: 502, title: 'SendGrid did not answer as it should' },
  'issuer-failed': { status: 502, title: 'The identity provider did not answer as it should' },
  unavailable: { status: 503, title: 'Not available now' },
} as const;

export type ProblemKind = keyof typeof KINDS;

/** A body of `application/problem+json` (RFC 9457). */
export interface ProblemDocument {
  /** `urn:problem-type:cadenza:<kind>`: stable, for programs. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** `urn:uuid:` and the id of the request, which logs have too. */
  readonly instance: string;
  /** Everything that is wrong, where single values are. */
  readonly problems: readonly Problem[];
}

/** An answer that is a problem. Whatever throws it has changed nothing, or says what it has. */
export class HttpProblem extends Error {
  readonly kind: ProblemKind;
  readonly problems: readonly Problem[];
  /** Further members of the document. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    problems: readonly Problem[] = [],
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.kind = kind;
    this.problems = problems;
    this.members = members;
  }

  get status(): number {
    return KINDS[this.kind].status;
  }

  document(requestId: string): ProblemDocument {
    const { status, title } = KINDS[this.kind];
    return {
      type: `urn:problem-type:cadenza:${this.kind}`,
      title,
      status,
      detail: this.message,
      instance: `urn:uuid:${requestId}`,
      problems: this.problems,
      ...this.members,
    };
  }
}

/** The answer to values of another form than they must have. */
export function notAsExpected(problems: readonly Problem[]): HttpProblem {
  return new HttpProblem('invalid-request', 'Some values were not as expected.', problems);
}

/** The answer for a row that does not exist, or that is another tenant's: no difference is shown. */
export function notFound(what: string, id: string): HttpProblem {
  return new HttpProblem('not-found', `There is no ${what} ${id}.`);
}

/** A value that another row has already. */
export function taken(path: string, message: string): HttpProblem {
  return new HttpProblem('conflict', message, [{ path, code: 'taken', message }]);
}

/** A reference in a body to a row that does not exist. */
export function missingReference(path: string, what: string, id: string): HttpProblem {
  return missingReferences([{ path, what, id }]);
}

/** What a body names and is not there. */
export interface MissingReference {
  readonly path: string;
  readonly what: string;
  readonly id: string;
}

export function missingReferences(missing: readonly MissingReference[]): HttpProblem {
  return new HttpProblem(
    'unprocessable',
    missing.map(({ what, id }) => `There is no ${what} ${id}.`).join(' '),
    missing.map(({ path, what, id }) => ({
      path,
      code: 'not_found',
      message: `"${id}": expected the id of a ${what} of yours`,
    })),
  );
}

/** The row, or the answer that there is none. */
export function found<T>(row: T | null, what: string, id: string): T {
  if (row === null) throw notFound(what, id);
  return row;
}
