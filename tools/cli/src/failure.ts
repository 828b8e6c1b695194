import { InvalidInputError, type Problem } from '@cadenza/domain';

/** An error as people and programs are told of it. */
export interface Failure {
  /** One line. */
  readonly message: string;
  readonly problems: readonly Problem[];
}

/** Codes of errors that mean there is no connection, by the system or by PostgreSQL. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  '28000',
  '28P01',
  '3D000',
  '57P03',
]);
/** Undefined table, undefined function. */
const NOT_MIGRATED = new Set(['42P01', '42883']);
const NOT_PERMITTED = '42501';
const OWNER =
  'the login that owns the tables, with CREATEROLE (cadenza_owner, where you followed the guide)';

/** What to say of an error: never a stack, and where it is known, what to do. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InvalidInputError) {
    const [message = 'refused'] = error.message.split(':\n');
    return { message, problems: error.problems };
  }
  return { message: messageOf(error), problems: [] };
}

/** A heading and, where there are any, the problems under it, a line each. */
export function problemText(heading: string, problems: readonly Problem[]): string {
  if (problems.length === 0) return heading;
  return [`${heading}:`, ...problems.map(problemLine)].join('\n');
}

export function problemLine({ path, message }: Problem): string {
  return `  ${path === '' ? '' : `${path}: `}${message}`;
}

function messageOf(error: unknown): string {
  const causes = causesOf(error);
  for (const cause of causes) {
    const code = codeOf(cause);
    if (NO_CONNECTION.has(code)) {
      return `DATABASE_OWNER_URL: no connection: ${cause.message || code}`;
    }
    if (NOT_MIGRATED.has(code) || /^role "cadenza_\w+" does not exist$/.test(cause.message)) {
      return `the database lacks tables or roles of Cadenza (${cause.message}). Run: cadenza migrate up`;
    }
    const role = /^permission denied to set role "(\w+)"$/.exec(cause.message)?.[1];
    if (role !== undefined) {
      return (
        `the login of DATABASE_OWNER_URL may not act as ${role}, expected ${OWNER}. ` +
        `If it is that one, run as a superuser: GRANT ${role} TO <the owner>`
      );
    }
    if (code === NOT_PERMITTED) {
      return `${error instanceof Error ? error.message : cause.message}. The login of DATABASE_OWNER_URL may not do this, expected ${OWNER}`;
    }
  }
  return error instanceof Error ? error.message || error.name : String(error);
}

/** An error, what it was caused by, and, of a connection tried at several addresses, each. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...parts.flatMap(causesOf), ...causesOf(error.cause)];
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
