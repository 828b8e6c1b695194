import ipaddr from 'ipaddr.js';

/** The virtual machine's own host in Azure, which answers on an address of the public ranges. */
const AZURE_HOST = '168.63.129.16';

/**
 * Whether an IP address is one of the public internet. Private, loopback, link-local, shared
 * (CGNAT), metadata, documentation, multicast and reserved ones are not, nor are IPv6 addresses that
 * stand for IPv4 ones; an IPv4-mapped one counts as the IPv4 address that it is.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast' || address.toString() === AZURE_HOST) return false;
  // Of IPv6 only 2000::/3 is given out (RFC 4291, §2.4): the rest is reserved or stands for others.
  return address.kind() === 'ipv4' || (address.toByteArray()[0] ?? 0) >> 5 === 1;
}
