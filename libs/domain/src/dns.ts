/** What DNS has under a name. `unknown`: it could not be asked; never to be taken for absence. */
export type DnsAnswer =
  | { readonly kind: 'found'; readonly values: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Where mail for a domain goes.
 *
 * - `mail_server`: to a server that it names (MX).
 * - `address_only`: to the domain's own address, since it names no server (RFC 5321 §5.1).
 * - `none`: nowhere. `null_mx`: it says so itself (RFC 7505); `no_domain`: it does not exist;
 *   `no_server`: it has neither a mail server nor an address.
 * - `unknown`: DNS could not be asked.
 */
export type MailRoute =
  | { readonly kind: 'mail_server' | 'address_only' }
  | { readonly kind: 'none'; readonly reason: 'null_mx' | 'no_domain' | 'no_server' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The port through which DNS is asked. Never throws for what DNS answers, or does not. */
export interface MailDns {
  /** @param domain lower case, ASCII. */
  mailRoute(domain: string): Promise<MailRoute>;
  /** TXT records, the parts of each put together. */
  texts(name: string): Promise<DnsAnswer>;
  /** The name that a name is an alias of (CNAME): one, or none. */
  alias(name: string): Promise<DnsAnswer>;
}
