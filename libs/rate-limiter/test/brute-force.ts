/** A slot that some scope's key holds. */
export interface Slot {
  readonly start: number;
  readonly end: number;
}

/** Most moments that any window `(t, t + windowMs]` holds. */
export function mostInAnyWindow(moments: readonly number[], windowMs: number): number {
  let most = 0;
  for (const last of moments) {
    // A window that ends at a moment holds as much as any: moving it later until then loses none.
    const held = moments.filter((m) => m > last - windowMs && m <= last).length;
    most = Math.max(most, held);
  }
  return most;
}

/**
 * Most slots that can fall into one window, each hand-off beginning where it does most harm. The
 * window is tried at every end of a slot and just before, and at every place that ends at a start.
 */
export function worstInAnyWindow(slots: readonly Slot[], windowMs: number): number {
  const places = slots.flatMap(({ start, end }) => [end, end - 1, start - windowMs]);
  const held = places.map(
    (t) => slots.filter(({ start, end }) => end > t && start <= t + windowMs).length,
  );
  return Math.max(0, ...held);
}

/** The earliest start by trying every millisecond. */
export function earliestByTrying(
  slots: readonly Slot[],
  scope: { readonly limit: number; readonly windowMs: number; readonly widthMs: number },
  from: number,
): number {
  for (let start = from; ; start += 1) {
    const tried = { start, end: start + scope.widthMs };
    // Windows too full without the new slot are no fault of it.
    const places = [...slots, tried].flatMap((s) => [s.end, s.end - 1, s.start - scope.windowMs]);
    const fits = places.every((t) => {
      const inside = (s: Slot) => s.end > t && s.start <= t + scope.windowMs;
      return !inside(tried) || slots.filter(inside).length < scope.limit;
    });
    if (fits) return start;
  }
}
