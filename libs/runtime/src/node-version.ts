/** The oldest major version of Node that the apps are built for and tested on. */
const OLDEST = 24;

/**
 * Ends the process with one line and code 1 where its Node is older than the apps need. An entry
 * file calls it before it imports anything else: what those modules lack on an older Node would
 * be reported first, and does not say what to do about it.
 */
export function requireNode(): void {
  const { version, execPath } = process;
  if (Number(/^v(\d+)/.exec(version)?.[1]) >= OLDEST) return;
  process.stderr.write(
    `Node ${version} was found (${execPath}), expected Node ${OLDEST} or newer: ` +
      'Cadenza does not run on older ones.\n',
  );
  process.exit(1);
}
