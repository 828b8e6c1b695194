import type { DataEraser } from '@cadenza/domain';
import type { AccountClients } from '@cadenza/runtime';

/**
 * Erases people in their tenant's own account, where other tenants' interests are none, and in the
 * installation's if the tenant may have sent through that. What a tenant has in an account whose key
 * it has replaced is left to it.
 *
 * @param installation null where there is no key for it.
 */
export function tenantsEraser(
  clients: AccountClients<DataEraser | null>,
  installation: DataEraser | null,
): DataEraser {
  return {
    async erase(addresses, person) {
      const { client, account } = await clients.of(person.tenantId);
      if ((account?.apiKey ?? null) !== null) await client?.erase(person.addresses, person);
      await installation?.erase(addresses, person);
    },
    close: () => clients.close(),
  };
}
