import type { ApiScope, Id } from '@cadenza/domain';
import type { LockableTable, Schema } from '@cadenza/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Caller } from './caller.ts';

/** What a route's handler is given. All values have been checked. */
export interface RouteContext<P, Q, B> {
  readonly tenantId: Id;
  readonly caller: Caller;
  /** The caller, as the audit log names it. */
  readonly actor: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Runs work in a transaction that row-level security binds to the caller's tenant. */
  readonly tx: <T>(work: (trx: Transaction<Schema>) => Promise<T>) => Promise<T>;
}

/** A value that becomes `T` when it is written as JSON: an instant may be a `Date`. */
export type Jsonable<T> = T extends string
  ? T | Date
  : T extends readonly (infer U)[]
    ? readonly Jsonable<U>[]
    : T extends object
      ? { readonly [K in keyof T]: Jsonable<T[K]> }
      : T;

/** A resource that has an entity tag (RFC 9110 §8.8.3). */
export interface Tagged {
  /** The table of the row that is locked while a change of it is compared. */
  readonly row: LockableTable;
  /**
   * Members of the answer that change by themselves, by their paths (`warmUp.today`): an `If-Match`
   * is not about them.
   */
  readonly besides?: readonly string[];
}

interface RouteFacts<P, Q, B, R> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Under `/v1`, with `:name` for parameters. */
  readonly path: string;
  /** Unique name for generated clients. */
  readonly operation: string;
  readonly tag: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** The status of success, 200 by default. */
  readonly status?: 200 | 201;
  /** A further status of success, with the same body. */
  readonly otherStatus?: { readonly status: 200 | 201; readonly when: string };
  readonly response: R;
  /** Largest body in bytes; 1 MiB by default. */
  readonly bodyLimit?: number;
  /**
   * Content types of a body that the handler reads from the request as a stream. Everything else
   * is JSON.
   */
  readonly streams?: readonly string[];
  /**
   * Content type of an answer that the handler writes as it goes, an iterable of texts; JSON where
   * it says nothing.
   */
  readonly produces?:
    'text/csv' | 'text/event-stream' | 'application/json' | 'application/x-ndjson';
  /** The answer is a file: the handler's result is a `Download`, and the schema any value. */
  readonly download?: true;
  /** The scope that a caller needs: by default `read` for GET, and `write` for the rest. */
  readonly scope?: ApiScope;
  /** Its changes are written into the audit log by what makes them, and more exactly. */
  readonly auditsItself?: true;
  /** Something in the answer is shown once: it is not kept to be given again. */
  readonly shownOnce?: true;
  /**
   * One transaction makes the whole change, and what its work comes to is the answer: it is kept in it
   * for an `Idempotency-Key`. Without, that is done when all is done.
   */
  readonly answersIn?: 'transaction';
  /**
   * A GET whose answer is one resource, with an `ETag`: it takes `If-None-Match`, and PUT, PATCH and
   * DELETE of the same path take `If-Match`.
   */
  readonly tagged?: Tagged;
  /**
   * It says who has access: the credential of its caller cannot be taken away between being looked at and
   * the commit. It makes, changes or ends keys or users, so each of its transactions changes something.
   */
  readonly givesAccess?: true;
  /** Its caller's session ends by it, and another begins: it asks by itself whether the former holds. */
  readonly replacesSession?: true;
  /** What it changes is beside the row that its path names, which may be as it was. */
  readonly changesBeside?: true;
}

/** A route as it is registered and documented. */
export interface Route extends RouteFacts<z.ZodType, z.ZodType, z.ZodType, z.ZodType> {
  readonly handle: (context: RouteContext<unknown, unknown, unknown>) => Promise<unknown>;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** Declares a route; its handler's argument and result have the types of its schemas. */
export function route<
  R extends z.ZodType,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = z.ZodUndefined,
>(
  facts: RouteFacts<P, Q, B, R> & {
    readonly handle: (
      context: RouteContext<z.output<P>, z.output<Q>, z.output<B>>,
    ) => Promise<Jsonable<z.output<R>> | AsyncIterable<string>>;
  },
): Route {
  const { handle, ...rest } = facts;
  return {
    ...rest,
    // The values are what the schemas beside them gave; the list of all routes knows no more.
    handle: (context) => handle(context as RouteContext<z.output<P>, z.output<Q>, z.output<B>>),
  };
}

/** The scope that a caller needs for a route. */
export function scopeOf({ scope, method }: Pick<Route, 'scope' | 'method'>): ApiScope {
  return scope ?? (method === 'GET' ? 'read' : 'write');
}

/** Whether a route carries out a request once for an `Idempotency-Key`. */
export function takesIdempotencyKey(route: Pick<Route, 'scope' | 'method'>): boolean {
  return route.method === 'POST' && scopeOf(route) !== 'read';
}

/** Whether a route changes what its path names: such a change can be bound to what it is like now. */
export function takesIfMatch({ method }: Pick<Route, 'method'>): boolean {
  return method === 'PUT' || method === 'PATCH' || method === 'DELETE';
}

/** The GET of the same path, where what it reads has an entity tag; else null. */
export function readOf(
  { path }: Pick<Route, 'path'>,
  routes: readonly Route[],
): (Route & { readonly tagged: Tagged }) | null {
  for (const route of routes) {
    const { tagged } = route;
    if (route.path === path && tagged !== undefined) return { ...route, tagged };
  }
  return null;
}

/** Every query and path without a schema of its own takes nothing. */
export const NO_VALUES = nothing;
