import { InvalidInputError } from '@cadenza/domain';
import type { Logger } from '@cadenza/telemetry';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem, notAsExpected, type ProblemKind } from './problem.ts';

const KIND_OF_STATUS: Readonly<Record<number, ProblemKind>> = {
  404: 'not-found',
  413: 'too-large',
  415: 'unsupported-media-type',
};

/**
 * PostgreSQL's classes for "not now" (connection, resources, shut-down; appendix A of its manual)
 * and the errors of a socket that cannot be opened or has gone.
 */
const UNAVAILABLE =
  /^(?:08.{3}|53.{3}|57P0[1-5]|ECONNREFUSED|ECONNRESET|ENOTFOUND|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;
/** What `pg` says without a code. */
const UNAVAILABLE_TEXT = /connection terminated|timeout exceeded when trying to connect/i;

/** Whether an error says that the database cannot be reached now. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && UNAVAILABLE.test(error.code)) {
    return true;
  }
  return UNAVAILABLE_TEXT.test(error.message);
}

/** Every error as a problem. What is not meant for the caller's eyes is not in it. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InvalidInputError) {
    return notAsExpected(error.problems);
  }
  if (isUnavailable(error)) {
    return new HttpProblem('unavailable', 'The database cannot be reached. Try again later.');
  }
  const { statusCode, code, message } = error as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return requestProblem(statusCode, code ?? '', message ?? '');
  }
  return new HttpProblem('internal', 'The error has been logged under the id of this request.');
}

function requestProblem(status: number, code: string, message: string): HttpProblem {
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return new HttpProblem('invalid-request', 'The body is empty.', [
      { path: '', code: 'required', message: 'missing: expected a body of JSON' },
    ]);
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new HttpProblem('too-large', 'The body is larger than this route takes.');
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new HttpProblem('unsupported-media-type', `${message}.`);
  }
  if (code === '' || code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return new HttpProblem('invalid-request', 'The body is not JSON.', [
      { path: '', code: 'invalid_json', message },
    ]);
  }
  return new HttpProblem(KIND_OF_STATUS[status] ?? 'invalid-request', message);
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of an answer that is a problem. */
export function problemText(problem: HttpProblem, { id }: Pick<FastifyRequest, 'id'>): string {
  return JSON.stringify(problem.document(id));
}

/** Answers with a problem; logs those that are ours. */
export async function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): Promise<void> {
  const problem = problemOf(error);
  if (problem.status >= 500) {
    const { routeOptions, method, id } = request;
    logger.error({ requestId: id, method, route: routeOptions.url, err: error }, 'request failed');
  }
  if (problem.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  if (problem.kind === 'unavailable') reply.header('retry-after', '5');
  // RFC 9110 §15.5.9.
  if (problem.kind === 'timed-out') reply.header('connection', 'close');
  await reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    // As bytes, since Fastify adds a charset to texts, and this type has none.
    .send(Buffer.from(problemText(problem, request)));
}
