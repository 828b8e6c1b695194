/** What this library says of trouble. A pino logger fits. Never given job data. */
export interface QueueLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
