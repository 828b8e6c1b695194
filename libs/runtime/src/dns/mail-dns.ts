import { Resolver } from 'node:dns/promises';
import type { DnsAnswer, MailDns, MailRoute } from '@cadenza/domain';
import { createExpiringCache } from './expiring-cache.ts';

export interface MailDnsOptions {
  /** `address` or `address:port` of the servers to ask; null: the system's. */
  readonly servers: readonly string[] | null;
  /**
   * A domain that takes mail. While DNS does not say so of it, what it says is not there is not
   * believed of others. Null: believed without.
   */
  readonly canary: string | null;
  /** Real milliseconds for which a server is waited for at first; 3,000 by default. */
  readonly timeoutMs?: number;
  /** How often a server is asked, waited for longer each time; 2 by default. */
  readonly tries?: number;
  /** Real milliseconds, as of `performance.now()`. */
  readonly monotonic?: () => number;
}

/** Routes that are remembered at most. */
const REMEMBERED = 20_000;
/** Real milliseconds for which a route is believed: long enough for an import and its retries. */
const BELIEVED_MS = { mail_server: 3_600_000, address_only: 3_600_000, none: 900_000 } as const;
const SILENCE_BELIEVED_MS = 30_000;
const CANARY_BELIEVED_MS = 30_000;

type Asked<T> =
  | { readonly kind: 'found'; readonly values: readonly T[] }
  | { readonly kind: 'no_name' }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** DNS, asked by this process itself. Routes of mail are remembered for a while. */
export function createMailDns(options: MailDnsOptions): MailDns {
  const { servers, canary, timeoutMs = 3_000, tries = 2 } = options;
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  if (servers !== null) resolver.setServers(servers);

  async function lookUpRoute(domain: string): Promise<MailRoute> {
    const mx = await ask(() => resolver.resolveMx(domain));
    if (mx.kind === 'found') {
      return mx.values.some(({ exchange }) => exchange !== '' && exchange !== '.')
        ? { kind: 'mail_server' }
        : { kind: 'none', reason: 'null_mx' };
    }
    if (mx.kind === 'no_name') return { kind: 'none', reason: 'no_domain' };
    if (mx.kind === 'unknown') return mx;
    const [four, six] = await Promise.all([
      ask(() => resolver.resolve4(domain)),
      ask(() => resolver.resolve6(domain)),
    ]);
    if (four.kind === 'found' || six.kind === 'found') return { kind: 'address_only' };
    if (four.kind === 'unknown') return four;
    if (six.kind === 'unknown') return six;
    return { kind: 'none', reason: 'no_server' };
  }

  const monotonic = options.monotonic ?? (() => performance.now());
  const canaries = createExpiringCache<MailRoute>({
    load: lookUpRoute,
    keptMs: () => CANARY_BELIEVED_MS,
    limit: 1,
    now: monotonic,
  });

  /** A server that denies everything, or that nobody asks the world through, denies this one too. */
  async function provenRoute(domain: string): Promise<MailRoute> {
    const route = await lookUpRoute(domain);
    if (route.kind !== 'none' || canary === null) return route;
    const { kind } = await canaries.get(canary);
    if (kind === 'mail_server') return route;
    return { kind: 'unknown', reason: `DNS finds no mail server of ${canary} either (${kind})` };
  }

  const routes = createExpiringCache<MailRoute>({
    load: provenRoute,
    keptMs: ({ kind }) => (kind === 'unknown' ? SILENCE_BELIEVED_MS : BELIEVED_MS[kind]),
    limit: REMEMBERED,
    now: monotonic,
  });

  return {
    mailRoute: (domain) => routes.get(domain),
    texts: async (name) =>
      absentAs(await ask(async () => (await resolver.resolveTxt(name)).map((all) => all.join('')))),
    alias: async (name) => absentAs(await ask(() => resolver.resolveCname(name))),
  };
}

async function ask<T>(query: () => Promise<readonly T[]>): Promise<Asked<T>> {
  try {
    const values = await query();
    return values.length === 0 ? { kind: 'none' } : { kind: 'found', values };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
    if (code === 'ENOTFOUND') return { kind: 'no_name' };
    if (code === 'ENODATA') return { kind: 'none' };
    return { kind: 'unknown', reason: `DNS could not be asked (${code})` };
  }
}

function absentAs(asked: Asked<string>): DnsAnswer {
  return asked.kind === 'no_name' ? { kind: 'none' } : asked;
}
