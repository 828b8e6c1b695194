/** One element of SendGrid's error body. */
export interface ApiErrorItem {
  readonly message: string;
  readonly field: string | null;
  readonly help: string | null;
}

/** An answer of the emulated API. */
export interface ApiAnswer {
  readonly status: number;
  /** Sent as JSON; no body when absent. */
  readonly body?: unknown;
  /** Sent as newline-delimited JSON, a line at a time. */
  readonly lines?: Iterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer in SendGrid's error form, `{"errors":[{message,field,help}]}`. */
export function errorAnswer(
  status: number,
  message: string,
  field: string | null = null,
  help: string | null = null,
): ApiAnswer {
  return { status, body: { errors: [{ message, field, help }] } };
}

export const INVALID_GRANT = 'The provided authorization grant is invalid, expired, or revoked';
export const CREDITS_EXCEEDED = 'Maximum credits exceeded';
export const UNVERIFIED_SENDER =
  'The from address does not match a verified Sender Identity. Mail cannot be sent until this ' +
  'error is resolved. Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ ' +
  'to see the Sender Identity requirements';
export const BAD_JSON = 'Bad Request';
export const WRONG_CONTENT_TYPE = 'Content-Type should be application/json.';
export const TOO_LARGE = 'The JSON payload you have included in your request is too large.';
