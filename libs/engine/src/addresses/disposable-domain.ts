/**
 * Whether mail to a domain, or to one above it, is thrown away: `a.b.example` is where `b.example` is.
 *
 * @param listed domains of which it is known, lower case.
 */
export function isDisposableDomain(domain: string, listed: ReadonlySet<string>): boolean {
  for (let from = 0; ;) {
    if (listed.has(domain.slice(from))) return true;
    const dot = domain.indexOf('.', from);
    if (dot < 0) return false;
    from = dot + 1;
  }
}
