import { createHash } from 'node:crypto';
import pg from 'pg';

/** Statements that a connection keeps prepared at most; what comes later is planned each time. */
const PREPARED_AT_MOST = 300;

/**
 * Stands in a statement whose text is hardly ever the same twice: kept prepared, each of them would take
 * memory of the server for as long as the connection lasts, and the place of one that comes again.
 */
export const SELDOM_AGAIN = '/* seldom again */';

/**
 * A connection that prepares every statement with parameters under a name of its own. Planning a
 * hand-off's statement costs tens of times as much as running it, and row-level security adds to
 * it; prepared, it is planned once for a connection.
 */
export class PreparingClient extends pg.Client {
  readonly #names = new Map<string, string>();

  #named(text: string): string | null {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= PREPARED_AT_MOST || text.includes(SELDOM_AGAIN)) return null;
    const name = `c_${createHash('sha1').update(text).digest('base64url')}`;
    this.#names.set(text, name);
    return name;
  }

  // The signature is that of the form in which Kysely and this library call it.
  override query(text: unknown, values?: unknown, ...rest: unknown[]): never {
    const name =
      typeof text === 'string' && Array.isArray(values) && values.length > 0
        ? this.#named(text)
        : null;
    const call = super.query.bind(this) as (...args: unknown[]) => never;
    return name === null ? call(text, values, ...rest) : call({ name, text, values }, ...rest);
  }
}
