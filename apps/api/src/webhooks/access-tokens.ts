import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whom tokens are given to. */
export interface Client {
  readonly id: string;
  readonly secret: string;
}

/** Bearer tokens that prove themselves: nothing is kept of them, so any process takes them. */
export interface AccessTokens {
  /** Whether these are the client's, in a time that says nothing of where they differ. */
  isClient(id: string, secret: string): boolean;
  issue(): { readonly token: string; readonly expiresInSeconds: number };
  check(token: string): 'valid' | 'expired' | 'forged';
}

/** Short, since a token cannot be taken back. */
const LIFETIME_SECONDS = 900;

/** Seconds since 1970 at which it ends, and their HMAC-SHA256 in base64url. */
const TOKEN = /^(\d{10,12})\.[A-Za-z0-9_-]{43}$/;

/**
 * Tokens signed with a key made of the client's secret: another secret ends them all.
 *
 * @param now real milliseconds since 1970.
 */
export function createAccessTokens(client: Client, now: () => number): AccessTokens {
  const key = createHmac('sha256', client.secret).update('cadenza webhook tokens').digest();
  const tokenUntil = (seconds: string) => {
    const mac = createHmac('sha256', key).update(`${client.id}\n${seconds}`);
    return `${seconds}.${mac.digest('base64url')}`;
  };
  return {
    isClient(id, secret) {
      const isId = isSame(id, client.id);
      const isSecret = isSame(secret, client.secret);
      return isId && isSecret;
    },
    issue() {
      const until = Math.floor(now() / 1_000) + LIFETIME_SECONDS;
      return { token: tokenUntil(String(until)), expiresInSeconds: LIFETIME_SECONDS };
    },
    check(token) {
      const [, until] = TOKEN.exec(token) ?? [];
      if (until === undefined || !isSame(token, tokenUntil(until))) return 'forged';
      return now() < Number(until) * 1_000 ? 'valid' : 'expired';
    },
  };
}

/** Compares digests, since texts of unequal lengths cannot be compared in constant time. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
