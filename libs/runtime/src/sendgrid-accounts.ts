import {
  inTenants,
  sealedSendGridAccounts,
  sendGridKeyBinding,
  type Database,
} from '@cadenza/database';
import type { EpochMs, Id } from '@cadenza/domain';
import { createBatcher } from '@cadenza/engine';
import { secretShown, type SecretBox } from '@cadenza/secrets';

/** The SendGrid account of a tenant. */
export interface SendGridAccount {
  /** Null: that of the installation. */
  readonly apiKey: string | null;
  /** Campaign time: what was handed over before went to another account, or may have. */
  readonly since: EpochMs;
}

/** What a tenant's key is told from its former ones by, as it is stored beside it. */
export function keyFingerprint(apiKey: string): string {
  return secretShown(apiKey).fingerprint;
}

/** Which account each tenant sends through, as it was some seconds ago at most. */
export interface SendGridAccounts {
  /**
   * Null: that of the installation, and never another.
   *
   * @throws what kept it from being read, or SecretError where the key does not open.
   */
  of(tenantId: Id): Promise<SendGridAccount | null>;
}

/** Real milliseconds for which an account is remembered, and with it that there is none. */
const KEPT_MS = 2_000;
/** Tenants that are remembered at most. */
const MOST_KEPT = 10_000;
/** Tenants that share a statement. */
const LOADING = { size: 500, concurrency: 2 };

/**
 * Reads accounts, those that are asked for at once in one statement.
 *
 * @param box null: no account can have a key of its own.
 * @param monotonic real milliseconds that never go back.
 */
export function createSendGridAccounts({
  db,
  box,
  monotonic,
}: {
  readonly db: Database;
  readonly box: SecretBox | null;
  readonly monotonic: () => number;
}): SendGridAccounts {
  const kept = new Map<Id, { readonly value: Promise<SendGridAccount | null>; until: number }>();
  const rows = createBatcher(async (tenantIds: readonly Id[]) => {
    const found = await inTenants(db, tenantIds, (trx) => sealedSendGridAccounts(trx, tenantIds));
    const byTenant = new Map(found.map((row) => [row.tenantId, row]));
    return tenantIds.map((tenantId) => byTenant.get(tenantId) ?? null);
  }, LOADING);

  async function load(tenantId: Id): Promise<SendGridAccount | null> {
    const row = await rows.add(tenantId);
    if (row === null) return null;
    const since = row.changedAt.getTime();
    if (row.sealedKey === null) return { apiKey: null, since };
    if (box === null)
      throw new Error('ENCRYPTION_KEYS is not set: the key of an account is sealed');
    return { apiKey: box.open(row.sealedKey, sendGridKeyBinding(tenantId)), since };
  }

  return {
    async of(tenantId) {
      const now = monotonic();
      const known = kept.get(tenantId);
      if (known !== undefined && now < known.until) return known.value;
      kept.delete(tenantId);
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      const value = load(tenantId);
      kept.set(tenantId, { value, until: now + KEPT_MS });
      try {
        return await value;
      } catch (error) {
        kept.delete(tenantId);
        throw error;
      }
    },
  };
}
