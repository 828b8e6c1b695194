export interface ExpiringCache<T> {
  /** What is remembered under a key, or loaded now; those who ask meanwhile share the answer. */
  get(key: string): Promise<T>;
}

/**
 * Remembers what was loaded, each answer for a time of its own, and the last ones alone. A load that
 * fails is not remembered.
 *
 * @param options.keptMs milliseconds of `now` for which an answer is kept.
 * @param options.limit answers that are kept at most.
 */
export function createExpiringCache<T>(options: {
  readonly load: (key: string) => Promise<T>;
  readonly keptMs: (value: T) => number;
  readonly limit: number;
  readonly now: () => number;
}): ExpiringCache<T> {
  const { load, keptMs, limit, now } = options;
  const entries = new Map<string, { readonly value: Promise<T>; until: number }>();

  return {
    get(key) {
      const known = entries.get(key);
      if (known !== undefined && known.until > now()) return known.value;
      const value = load(key);
      const entry = { value, until: Number.POSITIVE_INFINITY };
      entries.delete(key);
      entries.set(key, entry);
      value.then(
        (loaded) => {
          entry.until = now() + keptMs(loaded);
        },
        () => {
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
      // The oldest come first, since a key is put at the end when it is loaded.
      for (const oldest of entries.keys()) {
        if (entries.size <= limit) break;
        entries.delete(oldest);
      }
      return value;
    },
  };
}
