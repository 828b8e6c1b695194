import type { ApiErrorItem } from '../api-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const HELP = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html';

/** Collects everything that is wrong with a request: SendGrid reports all of it at once. */
export class Findings {
  readonly items: ApiErrorItem[] = [];

  add(field: string | null, message: string, anchor: string | null): void {
    this.items.push({ message, field, help: anchor === null ? null : `${HELP}#${anchor}` });
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
