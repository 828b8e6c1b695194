import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** All addresses of a name. @throws an error with a `code` where there is none. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

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
export function checkedLookup(resolve: Resolve): LookupFunction {
  async function publicAddresses(host: string): Promise<[LookupAddress, ...LookupAddress[]]> {
    const [first, ...others] = await resolve(host);
    if (first === undefined) throw new Error('no address');
    const addresses: [LookupAddress, ...LookupAddress[]] = [first, ...others];
    if (addresses.every(({ address }) => isPublicAddress(address))) return addresses;
    throw new ForbiddenAddressError();
  }

  return (host, { all }, done) => {
    publicAddresses(host).then(
      (addresses) => {
        if (all === true) done(null, addresses);
        else done(null, addresses[0].address, addresses[0].family);
      },
      (error: Error) => done(error, '', 0),
    );
  };
}
