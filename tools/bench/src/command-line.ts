import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** A mistake at the command line. */
export class UsageError extends Error {}

/** An option that takes a value. */
export const TEXT = { type: 'string' } as const;

/** @throws UsageError */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError */
export function wholeNumber(
  name: string,
  given: string | undefined,
  otherwise: number,
  least = 1,
): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${name}: "${given}" is not a whole number of at least ${least}`);
}
