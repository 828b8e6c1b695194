import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nameOf, type Caller } from './caller.ts';
import { HttpProblem } from './problem.ts';

/** How many requests a key, and a whole tenant, may make in a minute where nothing else is set. */
export interface RequestLimits {
  readonly perKey: number;
  readonly perTenant: number;
}

/** How many requests without a valid key an IP address may make in a minute. */
export const FAILURES_PER_ADDRESS = 300;

const WINDOW_SECONDS = 60;
/**
 * Counters of a kind that a process keeps where it counts for itself. Past that it forgets the one that was
 * asked for least lately, which nobody shall bring about by asking for others. (The option is one of the
 * plugin's that its types leave out here.)
 */
const KEPT_COUNTERS = 100_000;
/** The limits, by the names that headers give them, the narrower one first. */
const SCOPES = ['key', 'tenant'] as const;
type Scope = (typeof SCOPES)[number];

/**
 * Counts requests against the limits of their key and tenant, and says in each answer where they are
 * (draft-ietf-httpapi-ratelimit-headers). What one scope refuses is not counted in the other.
 *
 * @returns what counts a request. @throws HttpProblem where it is one too many.
 */
export function requestLimiter(
  scope: FastifyInstance,
  limits: RequestLimits,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const standard = { key: limits.perKey, tenant: limits.perTenant };
  const max = (caller: Caller, name: Scope) => caller.requestsPerMinute[name] ?? standard[name];
  const counters = SCOPES.map((name) => ({
    name,
    count: scope.createRateLimit({
      max: (request) => max(callerOf(request), name),
      timeWindow: WINDOW_SECONDS * 1_000,
      keyGenerator(request) {
        const { actor, tenantId } = callerOf(request);
        return `${name}:${name === 'key' ? actor : tenantId}`;
      },
      // Who is in time must not be refused because nobody counts.
      skipOnError: true,
    }),
  }));

  return async (request, reply) => {
    const policies: string[] = [];
    const states: string[] = [];
    const tell = () =>
      reply.headers({ 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') });
    for (const { name, count } of counters) {
      const caller = callerOf(request);
      const limit = max(caller, name);
      policies.push(`"${name}";q=${limit};w=${WINDOW_SECONDS}`);
      const counted = await count(request);
      if (counted.isAllowed) continue;
      states.push(`"${name}";r=${counted.remaining};t=${counted.ttlInSeconds}`);
      if (!counted.isExceeded) continue;
      tell().header('retry-after', Math.max(1, counted.ttlInSeconds));
      throw new HttpProblem(
        'too-many-requests',
        `${name === 'key' ? nameOf(caller) : 'The tenant'} has made ${limit} requests in a minute.`,
      );
    }
    tell();
  };
}

/**
 * Counts requests that nobody could be told by against the limit of their IP address. Those with a valid
 * key are neither counted nor refused here: many callers may share an address, as behind a proxy.
 *
 * @returns what counts a request. @throws HttpProblem where it is one too many.
 */
export function failureLimiter(scope: FastifyInstance): CountRequest {
  return addressLimiter(
    scope,
    'address',
    `This address has made ${FAILURES_PER_ADDRESS} requests without a valid API key in a minute.`,
  );
}

/**
 * Counts requests that make one of the identity provider, by their IP address: apart from others, so that
 * who has a wrong key somewhere keeps nobody there from signing in.
 *
 * @returns what counts a request. @throws HttpProblem where it is one too many.
 */
export function issuerLimiter(scope: FastifyInstance): CountRequest {
  return addressLimiter(
    scope,
    'issuer',
    `This address has begun or ended ${FAILURES_PER_ADDRESS} sign-ins in a minute.`,
  );
}

type CountRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

function addressLimiter(scope: FastifyInstance, name: string, refusal: string): CountRequest {
  const options = {
    max: FAILURES_PER_ADDRESS,
    timeWindow: WINDOW_SECONDS * 1_000,
    keyGenerator: (request: FastifyRequest) => `${name}:${placeOf(request)}`,
    cache: KEPT_COUNTERS,
    skipOnError: true,
  };
  const count = scope.createRateLimit(options);
  return async (request, reply) => {
    const counted = await count(request);
    if (counted.isAllowed || !counted.isExceeded) return;
    reply.header('retry-after', Math.max(1, counted.ttlInSeconds));
    throw new HttpProblem('too-many-requests', refusal);
  };
}

/**
 * Where a request comes from, as limits count it: an IPv4 address, or the 64 bits of an IPv6 address that
 * one line has (RFC 6177), all the rest of which are whoever's behind it to choose.
 */
function placeOf({ ip }: FastifyRequest): string {
  return normalizeIP(ip);
}

/** How often a password may be tried in a quarter of an hour: for one account, and from one IP address. */
export const SIGN_IN_TRIES = { perAccount: 10, perAddress: 100 } as const;
const SIGN_IN_WINDOW_MS = 900_000;

/**
 * Counts tries to sign in by a password, before it is compared: whether it is right must not be found out
 * by trying more often than that, nor while nobody can count.
 *
 * @returns what counts a try. It is told of the account by something that shows no address, and throws
 *   HttpProblem where the try is one too many, or cannot be counted.
 */
export function signInLimiter(
  scope: FastifyInstance,
): (request: FastifyRequest, reply: FastifyReply, account: string) => Promise<void> {
  const accounts = new WeakMap<FastifyRequest, string>();
  const counter = (max: number, keyGenerator: (request: FastifyRequest) => string) => {
    const timeWindow = SIGN_IN_WINDOW_MS;
    const options = { max, timeWindow, keyGenerator, cache: KEPT_COUNTERS, skipOnError: false };
    return scope.createRateLimit(options);
  };
  const counters = [
    counter(SIGN_IN_TRIES.perAddress, (request) => `sign-in-address:${placeOf(request)}`),
    counter(SIGN_IN_TRIES.perAccount, (request) => `sign-in:${accounts.get(request) ?? ''}`),
  ];
  return async (request, reply, account) => {
    accounts.set(request, account);
    for (const count of counters) {
      const counted = await count(request).catch((cause: unknown) => {
        const problem = new HttpProblem(
          'unavailable',
          'Tries to sign in cannot be counted at this moment. Try again later.',
        );
        // For the log.
        problem.cause = cause;
        throw problem;
      });
      if (counted.isAllowed || !counted.isExceeded) continue;
      reply.header('retry-after', Math.max(1, counted.ttlInSeconds));
      throw new HttpProblem('too-many-requests', 'Too many tries to sign in. Try again later.');
    }
  };
}

function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('a request was to be counted before its caller was known');
  return caller;
}
