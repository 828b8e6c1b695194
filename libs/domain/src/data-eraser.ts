import type { Id } from './ids.ts';

/** The port to a provider that forgets what it keeps of people. */
export interface DataEraser {
  /**
   * Asks the provider to erase what it has of these addresses of a tenant's person. It does so in its
   * own time; saying it again changes nothing.
   *
   * @param addresses those that no other tenant writes to: all tenants may share an account.
   * @param person whose they are, with all addresses, for an account that is the tenant's alone.
   * @throws an error that says, without personal data, what the provider answered instead.
   */
  erase(
    addresses: readonly string[],
    person: { readonly tenantId: Id; readonly addresses: readonly string[] },
  ): Promise<void>;
  close(): Promise<void>;
}
