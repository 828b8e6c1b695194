import { createHash } from 'node:crypto';
import type { CompiledPlan } from './compiled-plan.ts';

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, part]) => [key, canonical(part)]));
}

/** The plan as written, as JSON without spaces and with the keys of every object in order. */
export function canonicalPlanJson(plan: CompiledPlan): string {
  return JSON.stringify(canonical(plan.source));
}

/** SHA-256, hexadecimal, of {@link canonicalPlanJson}: the same content has the same hash. */
export function planHash(plan: CompiledPlan): string {
  return createHash('sha256').update(canonicalPlanJson(plan)).digest('hex');
}
