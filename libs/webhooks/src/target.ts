import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** `public`: over https, to the public internet alone. `any`: for development and tests. */
export type WebhookTargets = 'public' | 'any';

/** The IP address that a URL names in the place of a host; null where it names a host. */
export function literalAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? null : bare;
}

/**
 * What is wrong with an address for webhooks, before anything is resolved.
 *
 * @returns what was expected, or null where nothing is wrong.
 */
export function webhookUrlProblem(text: string, targets: WebhookTargets): string | null {
  const url = URL.parse(text);
  const schemes = targets === 'any' ? ['https:', 'http:'] : ['https:'];
  if (url === null || !schemes.includes(url.protocol)) {
    return `a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`;
  }
  if (url.username !== '' || url.password !== '') return 'a URL without a user or a password';
  if (url.hash !== '') return 'a URL without a fragment';
  const literal = literalAddress(url);
  if (targets === 'public' && literal !== null && !isPublicAddress(literal)) {
    return 'an address of the public internet';
  }
  return null;
}
