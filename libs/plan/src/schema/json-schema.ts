import { z } from 'zod';
import { planSchema } from './plan-schema.ts';

/**
 * JSON Schema (draft 2020-12) of Plan 1.0, for editors: keys, types, choices and lengths. Formats
 * of durations, times and zones, and everything between nodes, only `parsePlan` checks.
 */
export function planJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(planSchema), title: 'Cadenza Plan 1.0' };
}
