import type { Id } from '@cadenza/domain';
import {
  createWebhookVerifier,
  type WebhookVerifier,
  type WebhookVerifierOptions,
} from '@cadenza/sendgrid';
import { generateKeyPairSync } from 'node:crypto';
import { createKeptOfTenants, type KeptOfTenantsOptions } from './kept-of-tenants.ts';

/** Verifiers of tenants with a SendGrid account of their own. */
export interface TenantVerifiers {
  /**
   * The verifier with this tenant's keys alone. Where there is no such tenant, or it has none, one
   * that nobody can sign for: its refusals are those of a wrong signature, and as slow.
   *
   * @throws what kept the keys from being read
   */
  of(tenantId: string): Promise<WebhookVerifier>;
  /** The same; null where there is no such tenant, or it has no keys. */
  find(tenantId: string): Promise<WebhookVerifier | null>;
}

export interface TenantVerifierOptions extends Omit<KeptOfTenantsOptions<unknown>, 'load'> {
  /** The keys of a tenant, base64 of DER SPKI; none where it does not exist. */
  readonly load: (tenantId: Id) => Promise<readonly string[]>;
  /** Of the verifiers; their defaults where it is left out. */
  readonly verifying?: WebhookVerifierOptions;
}

export function createTenantVerifiers(options: TenantVerifierOptions): TenantVerifiers {
  const { load, verifying, ...reading } = options;
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const nobody = createWebhookVerifier(
    publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  );
  const verifiers = createKeptOfTenants({
    ...reading,
    async load(tenantId) {
      const keys = await load(tenantId);
      return keys.length === 0 ? null : createWebhookVerifier(keys, verifying);
    },
  });
  const find = (tenantId: string) => verifiers.of(tenantId);

  return { find, of: async (text) => (await find(text)) ?? nobody };
}
