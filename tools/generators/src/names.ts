const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @throws Error when `name` is not made of lower-case words joined by dashes. */
export function checkName(name: string): void {
  if (!KEBAB_CASE.test(name)) {
    throw new Error(
      `name "${name}": expected lower-case words joined by dashes, such as add-owner`,
    );
  }
}
