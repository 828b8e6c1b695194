import { isIP } from 'node:net';
import {
  isMailLink,
  PUBLIC_URL_EXPECTED,
  publicUrlOf,
  WEBHOOK_KEYS_EXPECTED,
  webhookKeysOf,
} from '@cadenza/domain';
import { ENCRYPTION_KEYS_EXPECTED, parseEncryptionKeys } from '@cadenza/secrets';
import { z } from 'zod';

/** How the text of a variable becomes a value, and what was expected where it does not. */
export interface ValueKind<T> {
  readonly schema: z.ZodType<T, string>;
  /** Completes the sentence "expected …". */
  readonly expected: string;
}

/** A whole number of a range, in digits only. */
export function integer(min: number, max: number): ValueKind<number> {
  return {
    expected: `a whole number from ${min} to ${max}`,
    schema: z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .refine((value) => value >= min && value <= max),
  };
}

/** An absolute URL with a host, of some schemes; slashes at its end are dropped. */
export function url(...schemes: readonly string[]): ValueKind<string> {
  return {
    expected: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    schema: z
      .string()
      .refine((text) => {
        const parsed = URL.parse(text);
        return (
          parsed !== null && schemes.includes(parsed.protocol.slice(0, -1)) && parsed.host !== ''
        );
      })
      .transform((text) => text.replace(/\/+$/, '')),
  };
}

/** The address at which others reach this installation, in the form that unsubscribe links have. */
export const publicUrl: ValueKind<string> = {
  expected: PUBLIC_URL_EXPECTED,
  schema: z.string().transform((text, context) => {
    const base = publicUrlOf(text);
    if (base !== null) return base;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  }),
};

/** An issuer of OpenID Connect, by the identifier that it has given itself: a slash at its end counts. */
export const issuer: ValueKind<string> = {
  expected:
    'a URL that begins with https:// (http:// only for localhost, 127.0.0.0/8 and [::1]), without a user, a query and a fragment',
  schema: z.string().refine((text) => !/[?#]/.test(text) && isMailLink(text)),
};

export function oneOf<const T extends string>(...words: readonly T[]): ValueKind<T> {
  return { expected: `one of ${words.join(', ')}`, schema: z.enum(words) };
}

export function text(pattern: RegExp, expected: string): ValueKind<string> {
  return { expected, schema: z.string().regex(pattern) };
}

/** Keys that verify signatures of webhooks, any of which serves: several while one replaces another. */
export const webhookPublicKeys: ValueKind<readonly string[]> = {
  expected: WEBHOOK_KEYS_EXPECTED,
  schema: z.string().transform((text, context) => {
    const keys = webhookKeysOf(text);
    if (keys !== null) return keys;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  }),
};

/** Addresses of DNS servers, `1.1.1.1`, `1.1.1.1:53` or `[2606:4700:4700::1111]:53`. */
export const dnsServers: ValueKind<readonly string[]> = {
  expected:
    'IP addresses after commas, each with a port after a colon or without (IPv6 in brackets)',
  schema: z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine((servers) =>
      servers.every((server) => {
        const [, address = '', port] = /^\[?([^\]]*?)\]?(?::(\d{1,5}))?$/.exec(server) ?? [];
        return isIP(isIP(server) === 0 ? address : server) !== 0 && Number(port ?? 53) <= 65_535;
      }),
    ),
};

/** Origins of pages (RFC 6454), as browsers name them. */
export const origins: ValueKind<readonly string[]> = {
  expected:
    'origins after commas, each https://host or http://host in lower case, with a port or without, and no path',
  schema: z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine((all) =>
      all.every(
        (one) => /^https?:$/.test(URL.parse(one)?.protocol ?? '') && URL.parse(one)?.origin === one,
      ),
    ),
};

/** Addresses, and networks by their prefix (RFC 4632, RFC 4291 §2.3). */
export const networks: ValueKind<readonly string[]> = {
  expected:
    'IP addresses or networks after commas, such as 10.0.3.7 or 172.18.0.0/16, and not all addresses at once',
  schema: z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine((all) => all.every(isNetwork)),
};

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  if (prefix === undefined) return true;
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : 0;
  return bits >= 1 && bits <= (version === 4 ? 32 : 128);
}

/** One signing key and the name under which tokens refer to it. */
export interface NamedKey {
  readonly id: string;
  readonly key: string;
}

const MIN_KEY_BYTES = 32;

/** Keys as `id:secret`, the first one signing, the others still accepted. */
export const signingKeys: ValueKind<readonly NamedKey[]> = {
  expected:
    `<key id>:<secret of at least ${MIN_KEY_BYTES} bytes>, ` +
    'further ones after commas, each id once; the first one signs, the others are still accepted',
  schema: z
    .string()
    .transform((value) =>
      value.split(',').map((part): NamedKey => {
        const colon = part.indexOf(':');
        return { id: part.slice(0, Math.max(colon, 0)).trim(), key: part.slice(colon + 1).trim() };
      }),
    )
    .refine(
      (keys) =>
        new Set(keys.map(({ id }) => id)).size === keys.length &&
        keys.every(
          ({ id, key }) =>
            /^[A-Za-z0-9_-]{1,16}$/.test(id) && Buffer.byteLength(key) >= MIN_KEY_BYTES,
        ),
    ),
};

/** Keys that seal secrets in the database, as `id:base64`; the first one seals, all of them open. */
export const encryptionKeys: ValueKind<readonly NamedKey[]> = {
  expected: ENCRYPTION_KEYS_EXPECTED,
  schema: z.string().transform((text, context) => {
    const keys = parseEncryptionKeys(text);
    if (keys !== null) return keys;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  }),
};
