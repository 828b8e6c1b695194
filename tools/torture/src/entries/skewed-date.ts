/**
 * Puts this process's wall clock off, as a machine's that is set wrong: `Date.now()` and
 * `new Date()`, for every library. Imported before everything else. The monotonic clock is left
 * alone, as it is by whoever sets a machine's clock.
 */
const realNow = Date.now.bind(Date);
let offset = 0;

Date.now = () => realNow() + offset;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget) as object,
});

/** @param ms milliseconds by which the wall clock is ahead from now on. */
export function skewDate(ms: number): void {
  offset = ms;
}
