import { lockRow, type Schema } from '@cadenza/database';
import { showValue } from '@cadenza/domain';
import type { FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import { createHash } from 'node:crypto';
import { HttpProblem, notAsExpected } from './problem.ts';
import type { Route, RouteContext, Tagged } from './route.ts';

type Context = RouteContext<unknown, unknown, unknown>;

/**
 * The entity tag of a resource: `"<what a change is about>.<all of it>"`. The first part leaves out
 * what changes by itself, so that an `If-Match` is not refused for the sake of a count.
 */
export interface EntityTag {
  readonly guarded: string;
  readonly whole: string;
}

export function entityTagOf({ besides = [] }: Tagged, representation: unknown): EntityTag {
  const text = JSON.stringify(representation);
  const guarded: unknown = JSON.parse(text);
  for (const path of besides) omit(guarded, path.split('.'));
  return { guarded: hashOf(JSON.stringify(guarded)), whole: hashOf(text) };
}

export function showTag({ guarded, whole }: EntityTag): string {
  return `"${guarded}.${whole}"`;
}

/** Whether a caller has the representation already (`If-None-Match`). @throws HttpProblem */
export function isKnown(request: FastifyRequest, tag: EntityTag): boolean {
  const listed = tagsOf(request, 'If-None-Match');
  return listed !== null && isAmong(tag, listed);
}

/**
 * Makes sure, in the transaction of a change, that the resource is as its caller has read it. Its row
 * is locked, so that it stays so until the commit.
 *
 * @param read the GET of the same path, if that has an entity tag.
 * @throws HttpProblem where it has changed since, or where there is nothing to compare with.
 */
export async function demandMatch(
  trx: Transaction<Schema>,
  read: (Route & { readonly tagged: Tagged }) | null,
  context: Context,
): Promise<void> {
  const wanted = tagsOf(context.request, 'If-Match');
  const unwanted = tagsOf(context.request, 'If-None-Match');
  if ((wanted === null || wanted === '*') && unwanted === null) return;
  if (read === null) {
    throw failed('What this path names has no entity tag: expected no If-Match or If-None-Match.');
  }
  const { id } = context.params as { readonly id?: string };
  await lockRow(trx, context.tenantId, read.tagged.row, id ?? context.tenantId);
  const now = entityTagOf(read.tagged, await read.handle({ ...context, tx: (work) => work(trx) }));
  if (wanted !== null && wanted !== '*' && !wanted.some((tag) => isSame(tag, now))) {
    throw failed(
      'It has changed since it was read: expected the ETag of a GET of now in If-Match.',
    );
  }
  if (unwanted !== null && isAmong(now, unwanted)) {
    throw failed('It is as If-None-Match says: expected that for another state of it.');
  }
}

function failed(detail: string): HttpProblem {
  return new HttpProblem('precondition-failed', detail);
}

/** Compared strongly (RFC 9110 §13.1.1): a weak tag never matches. */
function isSame({ text, isWeak }: ListedTag, { guarded }: EntityTag): boolean {
  return !isWeak && text.slice(1).split('.')[0] === guarded;
}

/** Compared weakly (RFC 9110 §13.1.2). */
function isAmong(tag: EntityTag, listed: '*' | readonly ListedTag[]): boolean {
  return listed === '*' || listed.some(({ text }) => text === showTag(tag));
}

interface ListedTag {
  /** With its quotes. */
  readonly text: string;
  readonly isWeak: boolean;
}

/** An entity tag (RFC 9110 §8.8.3), which may have commas of its own. */
const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;
/** Stands for a tag: no header holds it. */
const MARK = '\0';

function tagsOf(
  { headers }: FastifyRequest,
  name: 'If-Match' | 'If-None-Match',
): '*' | ListedTag[] | null {
  const value = headers[name === 'If-Match' ? 'if-match' : 'if-none-match'];
  if (value === undefined) return null;
  if (value.trim() === '*') return '*';
  const places = value.replace(TAG, MARK).split(',');
  const filled = places.map((place) => place.trim()).filter((place) => place !== '');
  if (filled.length > 0 && filled.every((place) => place === MARK)) {
    return [...value.matchAll(TAG)].map(([, weak, text = '']) => ({
      text,
      isWeak: weak !== undefined,
    }));
  }
  throw notAsExpected([
    {
      path: `header.${name}`,
      code: 'invalid_value',
      message: `${showValue(value)}: expected * or entity tags as an ETag has them, in quotes`,
    },
  ]);
}

function omit(value: unknown, [key, ...rest]: readonly string[]): void {
  if (typeof value !== 'object' || value === null || key === undefined) return;
  const of = value as Record<string, unknown>;
  if (rest.length === 0) Reflect.deleteProperty(of, key);
  else omit(of[key], rest);
}

/** 96 bits: two versions of a resource do not come to the same. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
