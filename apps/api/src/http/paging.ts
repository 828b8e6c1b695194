import { isId, type Id } from '@cadenza/domain';
import type { Page, PageRequest } from '@cadenza/database';
import { z } from 'zod';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

export const limit = z
  .string()
  .refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIMIT, {
    error: `a whole number from 1 to ${MAX_LIMIT}`,
    params: { code: 'out_of_range' },
  })
  .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })
  .transform(Number)
  .optional();

const cursorExpected = {
  error: 'a nextCursor of this list, as it was answered',
  params: { code: 'invalid_cursor' },
};

const cursor = z
  .string()
  .refine((text) => idOfCursor(text) !== null, cursorExpected)
  .transform((text): Id => idOfCursor(text) ?? '')
  .optional();

/** The query of every list: `?limit&cursor`. */
export const pageQuery = { limit, cursor };

export function pageRequest(query: {
  readonly limit?: number | undefined;
  readonly cursor?: Id | undefined;
}): PageRequest {
  return { limit: query.limit ?? DEFAULT_LIMIT, after: query.cursor ?? null };
}

/** The answer of every list. */
export function pageSchema<S extends z.ZodType>(item: S) {
  return z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
  });
}

export function pageBody<T>(page: Page<T>): { items: readonly T[]; nextCursor: string | null } {
  return { items: page.items, nextCursor: page.next === null ? null : cursorOf(page.next) };
}

function cursorOf(after: Id): string {
  return Buffer.from(after.replaceAll('-', ''), 'hex').toString('base64url');
}

function idOfCursor(text: string): Id | null {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 16 || bytes.toString('base64url') !== text) return null;
  const after = bytes
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isId(after) ? after : null;
}

const position = z.tuple([z.int(), z.int().min(0).max(9), z.string().max(64)]);

/** A cursor over something else than ids. */
export const positionCursor = z
  .string()
  .max(200)
  .refine((text) => positionOf(text) !== null, cursorExpected)
  .transform(positionOf)
  .optional();

function positionOf(text: string): { at: number; rank: number; key: string } | null {
  try {
    const json: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const [at, rank, key] = position.parse(json);
    return /^[0-9a-f-]*$/.test(key) ? { at, rank, key } : null;
  } catch {
    return null;
  }
}

export function positionCursorOf(
  after: { readonly at: number; readonly rank: number; readonly key: string } | null,
): string | null {
  if (after === null) return null;
  return Buffer.from(JSON.stringify([after.at, after.rank, after.key])).toString('base64url');
}
