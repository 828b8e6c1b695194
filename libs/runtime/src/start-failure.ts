import { QueueUnavailableError } from '@cadenza/queue';

/** What a secret setting holds. */
interface Revealable {
  reveal(): string;
}

/** Where an app was told to find its servers, and to listen. */
export interface Places {
  /** The settings that hold passwords. */
  readonly secrets: {
    readonly databaseUrl: Revealable;
    /** Null: the queue is in the database. */
    readonly redisUrl: Revealable | null;
  };
  readonly host: string;
  /** The ports to listen on, by the variable that sets each. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Keeps an app from starting. Its message is one line, which names the setting to look at. */
export class StartError extends Error {
  constructor(setting: string, reason: string, cause: unknown) {
    super(`${setting}: ${reason}`, { cause });
    this.name = 'StartError';
  }
}

/**
 * Starts an app, and names the setting behind an address that cannot be reached or listened on, with
 * host and port and without a password. Other errors, which say by themselves what they are about,
 * are passed on.
 *
 * @throws StartError
 */
export async function namingSettings<T>(places: Places, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw startFailure(error, places);
  }
}

function startFailure(error: unknown, places: Places): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof QueueUnavailableError) return queueFailure(error, places);
  const found = firstOf(error);
  if (isOfListening(found, places.host)) return listenFailure(found, places);
  if (isOfConnecting(found)) {
    return new StartError('DATABASE_URL', `${postgresAt(places)}: ${reasonOf(found)}`, error);
  }
  return error;
}

function queueFailure(error: QueueUnavailableError, places: Places): StartError {
  const reason = reasonOf(firstOf(error.cause instanceof Error ? error.cause : error));
  const { redisUrl } = places.secrets;
  return redisUrl === null
    ? new StartError('DATABASE_URL', `the queue in ${postgresAt(places)}: ${reason}`, error)
    : new StartError(
        'REDIS_URL',
        `Redis at ${hostAndPort(redisUrl.reveal(), 6379)}: ${reason}`,
        error,
      );
}

interface SystemError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly hostname?: string;
  readonly port?: number;
}

/** A name that stands for several addresses fails at each, in an error without a message. */
function firstOf(error: Error): SystemError {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return first instanceof Error ? first : error;
}

function reasonOf({ message, code }: SystemError): string {
  return message || code || 'no reason was given';
}

function isOfListening({ syscall, hostname }: SystemError, host: string): boolean {
  return syscall === 'listen' || (syscall === 'getaddrinfo' && hostname === host);
}

/** The driver gives its own time-outs no code; codes that begin with ERR_ are Node's, for mistakes. */
function isOfConnecting({ code, message }: SystemError): boolean {
  return code === undefined ? /timeout|connection/i.test(message) : !code.startsWith('ERR_');
}

function listenFailure(error: SystemError, { host, ports }: Places): StartError {
  const { code, port } = error;
  const [setting = 'PORT'] = Object.entries(ports).find(([, wanted]) => wanted === port) ?? [];
  const place = hostAndPort(`tcp://${host.includes(':') ? `[${host}]` : host}`, port ?? 0);
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(
        setting,
        `${place} is taken: expected a port on which nobody listens`,
        error,
      );
    case 'EACCES':
      return new StartError(setting, `this user may not listen on ${place}`, error);
    default:
      return new StartError(
        'HOST',
        `${host} was found, expected an address of this machine (${reasonOf(error)})`,
        error,
      );
  }
}

function postgresAt({ secrets }: Places): string {
  return `PostgreSQL at ${hostAndPort(secrets.databaseUrl.reveal(), 5432)}`;
}

/** Never the user, the password or the parameters. */
function hostAndPort(url: string, usual: number): string {
  const { hostname, port, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? hostname}:${port || usual}`;
}
