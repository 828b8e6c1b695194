import { isId, type Id } from '@cadenza/domain';

/** What is read of tenants again and again, remembered for some seconds. */
export interface KeptOfTenants<T> {
  /**
   * What a tenant has; null where the text is no id.
   *
   * @throws what kept it from being read
   */
  of(tenantId: string): Promise<T | null>;
}

export interface KeptOfTenantsOptions<T> {
  readonly load: (tenantId: Id) => Promise<T>;
  /** Real milliseconds that it may take to be read. */
  readonly timeoutMs: number;
  /** Real milliseconds from any beginning. */
  readonly monotonic: () => number;
}

/** Real milliseconds for which it is kept, and with it that there is none. */
const KEPT_MS = 5_000;
/** Tenants of which it is kept at most: a stranger can name as many as they like. */
const MOST_KEPT = 1_000;

export function createKeptOfTenants<T>(options: KeptOfTenantsOptions<T>): KeptOfTenants<T> {
  const kept = new Map<Id, { readonly value: Promise<T>; readonly until: number }>();

  return {
    async of(text) {
      if (!isId(text)) return null;
      const tenantId = text.toLowerCase();
      const now = options.monotonic();
      const known = kept.get(tenantId);
      if (known !== undefined && now < known.until) return known.value;
      kept.delete(tenantId);
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      const value = Promise.race([options.load(tenantId), tooLate(options.timeoutMs)]);
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

function tooLate(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    AbortSignal.timeout(ms).addEventListener('abort', () =>
      reject(new Error(`keys were not read within ${ms} ms`)),
    );
  });
}
