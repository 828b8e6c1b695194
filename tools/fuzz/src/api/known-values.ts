import { randomUUID } from 'node:crypto';
import type { Json, Operation } from './document.ts';

/** Stands in a generated request for a value that answers have shown. */
const PLACE = /\u27e8(\w+) (\d+)\u27e9/gu;

/** A place for a value of this kind, to be filled when the request is sent. */
export function placeFor(kind: string, nth: number): string {
  return `\u27e8${kind} ${nth}\u27e9`;
}

/** Of what kind an id is, by the name of the member that holds it: `contactIds` are `contact`. */
export function kindOfName(name: string): string | null {
  return /^(.+?)Ids?$/.exec(name)?.[1] ?? null;
}

/** Of what kind the `{id}` in a path is: in `/v1/sender-identities/{id}` a `senderIdentity`. */
export function kindOfId(path: string): string {
  const [, collection = ''] = /([\w-]+)\/\{id\}/.exec(path) ?? [];
  return singular(collection);
}

/** Of what kind the things are that a path's answer shows: `/v1/campaigns/{id}/enrollments`. */
function kindOfAnswer(path: string): string {
  const words = path.split('/').filter((word) => !word.startsWith('{'));
  return singular(words.at(-1) ?? '');
}

function singular(collection: string): string {
  return collection
    .replace(/ies$/, 'y')
    .replace(/s$/, '')
    .replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

/** Members whose entries are of a kind that the path does not tell. */
const KIND_OF_MEMBER: Readonly<Record<string, string>> = { attachments: 'attachment' };

/** Values that answers have shown, by kind: with them requests come as far as rows. */
export interface KnownValues {
  /** Takes the ids and the cursors of an answer, and its ETag. */
  learn(operation: Pick<Operation, 'id' | 'path'>, answer: unknown, etag: string | null): void;
  /** The value with its places filled; with an id of nobody where none of the kind is known. */
  fill<T>(value: T): T;
}

/** Makes a value of ids of other kinds, or of which of its kind is wanted. */
export type Derive = (idOf: (kind: string) => string, nth: number) => string;

/** Values of a kind that are kept: the first ones, which have most about them, and the newest. */
const KEPT = 40;

/**
 * @param options.never ids that no request is to name.
 * @param options.derived kinds that are made of others, as a link that names a contact.
 */
export function createKnownValues(options: {
  readonly never: ReadonlySet<string>;
  readonly derived: Readonly<Record<string, Derive>>;
}): KnownValues {
  const known = new Map<string, string[]>();

  function keep(kind: string, id: unknown): void {
    if (typeof id !== 'string' || options.never.has(id)) return;
    const ids = known.get(kind) ?? [];
    if (ids.includes(id)) return;
    if (ids.length >= KEPT) ids.splice(KEPT / 2, 1);
    known.set(kind, [...ids, id]);
  }

  function walk(kind: string, value: unknown): void {
    if (Array.isArray(value)) {
      for (const one of value) walk(kind, one);
      return;
    }
    if (!isObject(value)) return;
    for (const [name, part] of Object.entries(value)) {
      const named = kindOfName(name);
      if (name === 'id') keep('planId' in value ? 'planVersion' : kind, part);
      else if (named !== null) keep(named, part);
      else walk(KIND_OF_MEMBER[name] ?? kind, part);
    }
  }

  function valueOf(kind: string, nth: number): string {
    const derive = options.derived[kind];
    if (derive !== undefined) return derive((of) => valueOf(of, nth), nth);
    const ids = known.get(kind) ?? [];
    return ids[nth % Math.max(1, ids.length)] ?? randomUUID();
  }

  function fill(value: unknown): unknown {
    if (typeof value === 'string') {
      return value.replace(PLACE, (_all, kind: string, nth: string) => valueOf(kind, Number(nth)));
    }
    if (value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map(fill);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fill(part)]));
  }

  return {
    learn({ id, path }, answer, etag) {
      walk(kindOfAnswer(path), answer);
      if (isObject(answer)) keep(`cursorOf_${id}`, answer['nextCursor']);
      keep('etag', etag);
    },
    fill: <T>(value: T) => fill(value) as T,
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
