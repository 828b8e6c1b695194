import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import type { Resolve } from './checked-lookup.ts';

/** Real milliseconds for which a server is waited for at first, and how often it is asked. */
const TIMEOUT_MS = 2_000;
const TRIES = 2;

export interface HostAddressesOptions {
  /** `address` or `address:port` of the servers to ask; null or not given: the system's. */
  readonly servers?: readonly string[] | null;
  readonly timeoutMs?: number;
}

/**
 * IPv4 and IPv6 addresses of names, from DNS alone. `dns.lookup` would take one of the four threads
 * that all look-ups and files of a process share, for as long as the servers of a name do not answer.
 *
 * Those who ask for a name at the same time share the answer; nothing is remembered after that. Where
 * one of the two kinds is not answered for, the other one is what there is.
 */
export function hostAddresses({
  servers = null,
  timeoutMs = TIMEOUT_MS,
}: HostAddressesOptions = {}): Resolve {
  const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
  if (servers !== null) resolver.setServers(servers);

  async function ask(host: string): Promise<readonly LookupAddress[]> {
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(host),
      resolver.resolve6(host),
    ]);
    const found = [...addressesOf(four, 4), ...addressesOf(six, 6)];
    if (found.length > 0) return found;
    // That a kind could not be asked for says more than that there is none of the other.
    const reasons = [four, six].flatMap((one) =>
      one.status === 'rejected' && one.reason instanceof Error ? [one.reason] : [],
    );
    throw reasons.find((reason) => !isDenial(reason)) ?? reasons[0] ?? new Error('no address');
  }

  const underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  return (host) => {
    const asked = underWay.get(host);
    if (asked !== undefined) return asked;
    const asking = ask(host).finally(() => underWay.delete(host));
    underWay.set(host, asking);
    return asking;
  };
}

function addressesOf(
  answer: PromiseSettledResult<readonly string[]>,
  family: 4 | 6,
): readonly LookupAddress[] {
  if (answer.status === 'rejected') return [];
  return answer.value.map((address) => ({ address, family }));
}

function isDenial(reason: Error): boolean {
  const code = 'code' in reason ? reason.code : undefined;
  return code === 'ENODATA' || code === 'ENOTFOUND';
}
