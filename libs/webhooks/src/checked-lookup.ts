import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** How names are resolved: as `dns.lookup` does, for all addresses. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A name that leads to an address of no public network. */
export class ForbiddenAddressError extends Error {
  constructor() {
    super('the name leads to an address that is none of the public internet');
    this.name = 'ForbiddenAddressError';
  }
}

/**
 * A look-up for sockets: they connect to the addresses that were looked at here, and resolve nothing
 * again. A name with a single address that is not public is refused with all of them.
 */
export function checkedLookup(resolve: Resolve = systemLookup): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) done(error ?? new Error('no address'), '', 0);
      else if (!addresses.every(({ address }) => isPublicAddress(address))) {
        done(new ForbiddenAddressError(), '', 0);
      } else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
