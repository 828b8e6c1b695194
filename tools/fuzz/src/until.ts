import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until something holds. @throws Error after so many milliseconds. */
export async function until(
  holds: () => Promise<boolean>,
  timeoutMs: number,
  what: string,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await delay(100);
  }
}
