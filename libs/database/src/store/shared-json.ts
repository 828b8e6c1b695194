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
  // Mostly one object stands for many rows: it is written as text once.
  const seen = new Map<unknown, number>();
  const numbers = documents.map((document) => {
    const known = seen.get(document);
    if (known !== undefined) return known;
    const text = JSON.stringify(document);
    const place = places.get(text) ?? places.size + 1;
    places.set(text, place);
    seen.set(document, place);
    return place;
  });
  const texts = arrayParameter('text', [...places.keys()]);
  return {
    numbers,
    at: (column) => sql`((
      SELECT array_agg(document::jsonb ORDER BY nth)
      FROM unnest(${texts}::text[]) WITH ORDINALITY AS d(document, nth))[${sql.raw(column)}])`,
  };
}
