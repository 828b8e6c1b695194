import { scrubReason } from '../scrub.ts';

/** SendGrid answered an administrative request with an error, or did not answer it. */
export class SendGridApiError extends Error {
  /** The answer's status; `null` where no answer came. */
  readonly statusCode: number | null;

  constructor(what: string, statusCode: number | null, detail: string) {
    super(`${what}: ${scrubReason(detail)}`);
    this.name = 'SendGridApiError';
    this.statusCode = statusCode;
  }
}
