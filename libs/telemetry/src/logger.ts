import { randomBytes } from 'node:crypto';
import { format } from 'node:util';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import { createScrubber, type Scrubber } from './scrub.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: Level | 'silent';
  /** Name of the app, on every line. */
  readonly app: string;
  /**
   * Key of the hashes that stand for addresses. Processes with the same key write the same hash
   * for an address. By default each process has one of its own.
   */
  readonly hashKey?: string;
  /** Where lines go: standard output by default. */
  readonly destination?: DestinationStream;
}

/**
 * A logger that writes JSON lines without personal data or credentials. Numbers, booleans, dates
 * and our own ids are logged under any key; texts only under keys that are known to be harmless;
 * anything shaped like an e-mail address is hashed wherever it stands, messages and errors included.
 */
export function createLogger(options: LoggerOptions): Logger {
  const scrubber = createScrubber(options.hashKey ?? randomBytes(32));
  const logger = pino(
    {
      level: options.level,
      base: { app: options.app },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are made plain by the scrubber, before pino's own serializer sees them.
      serializers: { err: (error: unknown) => error },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => scrubber.fields(fields),
      },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          if (typeof first === 'string') {
            method.call(this, {}, scrubber.text(format(first, ...rest)));
            return;
          }
          const fields = first instanceof Error ? { err: first } : first;
          const message =
            rest.length > 0 ? format(...rest) : first instanceof Error ? first.message : undefined;
          method.call(this, fields, message === undefined ? undefined : scrubber.text(message));
        },
      },
    },
    options.destination ?? standardOutput(),
  );
  scrubBindings(logger, scrubber);
  return logger;
}

/**
 * Children's fields are written without asking pino's formatters, and children are made with
 * their parent as prototype: what is put in the way here holds for all of them.
 */
function scrubBindings(logger: Logger, scrubber: Scrubber): void {
  for (const method of ['child', 'setBindings'] as const) {
    const original: unknown = Reflect.get(logger, method);
    if (typeof original !== 'function') throw new TypeError(`pino has no method ${method}`);
    Object.defineProperty(logger, method, {
      value(this: Logger, bindings: Record<string, unknown>, ...rest: unknown[]): unknown {
        return Reflect.apply(original, this, [scrubber.fields(bindings), ...rest]);
      },
    });
  }
}

/**
 * Written to as each line comes, as Node writes to a pipe itself: what pino keeps for later it writes
 * when the process exits, and where the reader has gone it would try that for ever. A reader that is
 * there and does not read holds the process up.
 */
function standardOutput(): DestinationStream {
  return pino.destination({ dest: 1, sync: true });
}
