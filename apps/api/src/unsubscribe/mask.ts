const HIDDEN = '•••';

/**
 * An address as its owner knows it again and nobody else learns it: the first character of each side,
 * the last label of the domain, and nothing of how long the rest is.
 */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [local = '', domain = ''] = [address.slice(0, at), address.slice(at + 1)];
  const top = domain.slice(domain.lastIndexOf('.'));
  return `${first(local)}${HIDDEN}@${first(domain)}${HIDDEN}${top.startsWith('.') ? top : ''}`;
}

function first(text: string): string {
  return [...text][0] ?? '';
}
