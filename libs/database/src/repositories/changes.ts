/** Some of a row's fields; what is left out, or undefined, stays as it is. */
export type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Without the keys whose value is undefined. */
export function definedOnly<T extends object>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
