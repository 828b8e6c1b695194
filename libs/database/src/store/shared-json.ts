import { sql, type RawBuilder } from 'kysely';
import { arrayParameter } from './array-parameter.ts';

/** Documents of rows, many of which are the same. */
export interface SharedJson {
  /** Which of the different documents each row has, counted from 1; the rows in their order. */
  readonly numbers: readonly number[];
  /**
   * The document of a row, as `jsonb`.
   *
   * @param column where its number is, such as `r.settings_no`.
   */
  at(column: string): RawBuilder<unknown>;
}

/** Each different document goes over once, and is read once for the statement. */
export function sharedJson(documents: readonly unknown[]): SharedJson {
  const places = new Map<string, number>();
  const numbers = documents.map((document) => {
    const text = JSON.stringify(document);
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, places.size + 1);
    return places.size;
  });
  const texts = arrayParameter('text', [...places.keys()]);
  return {
    numbers,
    at: (column) => sql`((
      SELECT array_agg(document::jsonb ORDER BY nth)
      FROM unnest(${texts}::text[]) WITH ORDINALITY AS d(document, nth))[${sql.raw(column)}])`,
  };
}
