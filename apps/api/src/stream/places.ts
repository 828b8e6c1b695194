/** Streams that are open, by whose they are: there are so many of each caller, tenant, and process. */
export interface StreamPlaces {
  /** @returns what gives the place back, or null where there is none. */
  take(whose: { readonly actor: string; readonly tenantId: string }): (() => void) | null;
}

/** How many streams may be open at once. */
export interface StreamBounds {
  readonly perCaller: number;
  /** Of all its keys and users together, however many it makes. */
  readonly perTenant: number;
  readonly inAll: number;
}

export function createStreamPlaces({ perCaller, perTenant, inAll }: StreamBounds): StreamPlaces {
  const open = new Map<string, number>();
  return {
    take({ actor, tenantId }) {
      const bounds = [
        [actor, perCaller],
        [`tenant ${tenantId}`, perTenant],
        ['all', inAll],
      ] as const;
      if (bounds.some(([whose, most]) => (open.get(whose) ?? 0) >= most)) return null;
      for (const [whose] of bounds) open.set(whose, (open.get(whose) ?? 0) + 1);
      let given = true;
      return () => {
        if (!given) return;
        given = false;
        for (const [whose] of bounds) {
          const left = (open.get(whose) ?? 1) - 1;
          if (left === 0) open.delete(whose);
          else open.set(whose, left);
        }
      };
    },
  };
}
