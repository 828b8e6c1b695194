/** A DNS record that a provider wants a sender's domain to have. */
export interface WantedRecord {
  readonly host: string;
  readonly data: string;
}

/** What a provider has found out about a domain that it signs mail of. */
export interface DomainAuthentication {
  readonly valid: boolean;
  /** Why not, in words; empty where it is. */
  readonly problems: readonly string[];
  /** Where its keys of DKIM are to be; empty where it does not say. */
  readonly dkim: readonly WantedRecord[];
}

/** The port through which a provider is asked about the domains of senders. */
export interface DomainAuthenticator {
  /**
   * Has the provider look at the records of a domain now.
   *
   * @param domain lower case.
   * @returns null where it knows nothing of it.
   * @throws Error where it cannot be asked.
   */
  domainAuthentication(domain: string): Promise<DomainAuthentication | null>;
}
