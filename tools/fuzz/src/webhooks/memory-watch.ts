import type { StackProcess } from '@cadenza/stack';

/** The largest memory that programs have been seen to hold. */
export interface MemoryWatch {
  readonly largest: ReadonlyMap<string, number>;
  look(): Promise<void>;
}

const RESIDENT = /^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/m;

export function createMemoryWatch(programs: readonly StackProcess[]): MemoryWatch {
  const largest = new Map<string, number>();
  return {
    largest,
    async look() {
      for (const { name, healthUrl } of programs) {
        const text = await fetch(`${healthUrl}/metrics`).then((answer) => answer.text());
        const bytes = Number(RESIDENT.exec(text)?.[1] ?? NaN);
        if (Number.isNaN(bytes)) throw new Error(`${name} does not say what it holds`);
        largest.set(name, Math.max(bytes, largest.get(name) ?? 0));
      }
    },
  };
}
