import type { FastifyReply, FastifyRequest } from 'fastify';

/** A cookie of this origin alone, which no script can read. */
export interface Cookie {
  /** Its value in a request; null where there is none. */
  read(request: Pick<FastifyRequest, 'headers'>): string | null;
  /** @param maxAgeSeconds after which the browser drops it. */
  set(reply: FastifyReply, value: string, maxAgeSeconds: number): void;
  clear(reply: FastifyReply): void;
}

/**
 * With https the prefix `__Host-` keeps other hosts of the domain, and http, from setting it (RFC 6265bis
 * §4.1.3.2). `Lax`, since people come back from an issuer of OpenID Connect by a link.
 *
 * @param base what it is called, without the prefix.
 * @param publicUrl http only where it is of this machine alone.
 */
export function createCookie(base: string, publicUrl: string): Cookie {
  const isSecure = publicUrl.startsWith('https:');
  const name = isSecure ? `__Host-${base}` : base;
  const rest = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    read({ headers }) {
      for (const pair of (headers.cookie ?? '').split(';')) {
        const [key = '', ...value] = pair.split('=');
        if (key.trim() === name) return value.join('=').trim();
      }
      return null;
    },
    set(reply, value, maxAgeSeconds) {
      reply.header('set-cookie', `${name}=${value}; Max-Age=${maxAgeSeconds}; ${rest}`);
    },
    clear(reply) {
      reply.header('set-cookie', `${name}=; Max-Age=0; ${rest}`);
    },
  };
}

/** The cookie that holds the token of a session. */
export function sessionCookie(publicUrl: string): Cookie {
  return createCookie('cadenza', publicUrl);
}
