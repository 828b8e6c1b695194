/** Streams that are open, by whose they are: there are so many for each key, and for the process. */
export interface StreamPlaces {
  /** @returns what gives the place back, or null where there is none. */
  take(keyId: string): (() => void) | null;
}

export function createStreamPlaces({
  perKey,
  inAll,
}: {
  readonly perKey: number;
  readonly inAll: number;
}): StreamPlaces {
  const open = new Map<string, number>();
  let all = 0;
  return {
    take(keyId) {
      const own = open.get(keyId) ?? 0;
      if (own >= perKey || all >= inAll) return null;
      open.set(keyId, own + 1);
      all += 1;
      let given = true;
      return () => {
        if (!given) return;
        given = false;
        all -= 1;
        const left = (open.get(keyId) ?? 1) - 1;
        if (left === 0) open.delete(keyId);
        else open.set(keyId, left);
      };
    },
  };
}
