const ADDRESS_LIKE = /[^\s<>"'(),;:[\]{}]+(?:@|%40)[^\s<>"'(),;:[\]{}]+/gi;
const CONTROL = /\p{Cc}+/gu;

/** The longest reason that is kept. */
const MAX_REASON = 500;

/**
 * Makes a provider's or the network's words fit to be stored and logged: addresses (plain or
 * percent-encoded) and the given personal values are replaced, control characters become spaces,
 * and the length is capped at 500 characters.
 */
export function scrubReason(text: string, personal: readonly string[] = []): string {
  let clean = text;
  for (const value of personal) {
    // Shorter values would tear ordinary words apart.
    if (value.length >= 3) clean = clean.replaceAll(value, '[redacted]');
  }
  clean = clean.replace(ADDRESS_LIKE, '[address]').replace(CONTROL, ' ').trim();
  return clean.length > MAX_REASON ? `${clean.slice(0, MAX_REASON - 1)}…` : clean;
}
