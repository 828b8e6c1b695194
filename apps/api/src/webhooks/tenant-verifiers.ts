import { isId, type Id } from '@cadenza/domain';
import {
  createWebhookVerifier,
  type WebhookVerifier,
  type WebhookVerifierOptions,
} from '@cadenza/sendgrid';
import { generateKeyPairSync } from 'node:crypto';

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

export interface TenantVerifierOptions {
  /** The keys of a tenant, base64 of DER SPKI; none where it does not exist. */
  readonly load: (tenantId: Id) => Promise<readonly string[]>;
  /** Real milliseconds that keys may take to be read. */
  readonly timeoutMs: number;
  /** Real milliseconds from any beginning. */
  readonly monotonic: () => number;
  /** Of the verifiers; their defaults where it is left out. */
  readonly verifying?: WebhookVerifierOptions;
}

/** Real milliseconds for which keys are kept, and with them that there are none. */
const KEPT_MS = 5_000;
/** Tenants whose keys are kept at most: a stranger can name as many as they like. */
const MOST_KEPT = 1_000;

export function createTenantVerifiers(options: TenantVerifierOptions): TenantVerifiers {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const nobody = createWebhookVerifier(
    publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  );
  const kept = new Map<Id, { verifier: Promise<WebhookVerifier | null>; readonly until: number }>();

  async function read(tenantId: Id): Promise<WebhookVerifier | null> {
    const keys = await Promise.race([options.load(tenantId), tooLate(options.timeoutMs)]);
    return keys.length === 0 ? null : createWebhookVerifier(keys, options.verifying);
  }

  async function find(text: string): Promise<WebhookVerifier | null> {
    if (!isId(text)) return null;
    const tenantId = text.toLowerCase();
    const now = options.monotonic();
    const known = kept.get(tenantId);
    if (known !== undefined && now < known.until) return known.verifier;
    kept.delete(tenantId);
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    const verifier = read(tenantId);
    kept.set(tenantId, { verifier, until: now + KEPT_MS });
    try {
      return await verifier;
    } catch (error) {
      kept.delete(tenantId);
      throw error;
    }
  }

  return { find, of: async (text) => (await find(text)) ?? nobody };
}

function tooLate(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    AbortSignal.timeout(ms).addEventListener('abort', () =>
      reject(new Error(`keys were not read within ${ms} ms`)),
    );
  });
}
