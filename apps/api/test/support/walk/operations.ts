import type { Request } from './request.ts';

type Json = Readonly<Record<string, unknown>>;

/** A place in a request that takes a text of the caller's. */
export interface Slot {
  /** `path.id`, `query.leadId`, `body.contactIds[0]`. */
  readonly name: string;
  /** Of ids, addresses, or any text. */
  readonly takes: 'id' | 'address' | 'text';
  /** The same request with a value in this place. */
  readonly put: (request: Request, value: string) => Request;
  /** What of an answer is about the value, where it also shows what other requests have made. */
  readonly shown?: (text: string, value: string) => string;
}

/** An operation of `/openapi.json`. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly slots: readonly Slot[];
}

/** Every operation of a document, with each place of its requests that takes a text. */
export function operationsOf(document: unknown): Operation[] {
  const root = document as { readonly paths: Readonly<Record<string, Json>> };
  return Object.entries(root.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, facts]) => {
      const operation = resolved(root, facts);
      return {
        id: String(operation['operationId']),
        method: method.toUpperCase(),
        path,
        slots: [...parameterSlots(root, operation), ...bodySlots(root, operation)],
      };
    }),
  );
}

function parameterSlots(root: unknown, operation: Json): Slot[] {
  const parameters = (operation['parameters'] ?? []) as readonly unknown[];
  return parameters.flatMap((one): Slot[] => {
    const {
      name,
      in: place,
      schema,
    } = resolved(root, one) as { name: string; in: string; schema: unknown };
    const takes = name === 'cursor' ? null : takenBy(resolved(root, schema));
    if (takes === null) return [];
    const group = place === 'path' ? 'params' : place === 'query' ? 'query' : 'headers';
    return [
      {
        name: `${place}.${name}`,
        takes,
        put: (request, value) => ({ ...request, [group]: { ...request[group], [name]: value } }),
      },
    ];
  });
}

function bodySlots(root: unknown, operation: Json): Slot[] {
  const { content = {} } = resolved(root, operation['requestBody'] ?? {}) as {
    readonly content?: Readonly<Record<string, { readonly schema: unknown }>>;
  };
  return places(root, content['application/json']?.schema, []).map(({ path, takes }) =>
    bodySlot(path, takes),
  );
}

/** A place in a body. */
export function bodySlot(path: readonly (string | number)[], takes: Slot['takes']): Slot {
  return {
    name: ['body', ...path].join('.'),
    takes,
    put: (request, value) => ({ ...request, body: withValue(request.body, path, value) }),
  };
}

/** Holds itself: its places are those of `filterSlots`. Another such schema has no end here, and fails. */
const AUDIENCE_FILTER = '#/components/schemas/AudienceFilter';

/** Places in a JSON Schema that take a text; of a list its first entry. */
function places(
  root: unknown,
  schema: unknown,
  path: readonly (string | number)[],
): { readonly path: readonly (string | number)[]; readonly takes: Slot['takes'] }[] {
  if ((schema as Json | undefined)?.['$ref'] === AUDIENCE_FILTER) return [];
  const one = resolved(root, schema ?? {});
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => (one[key] ?? []) as unknown[]);
  const takes = takenBy(one);
  const found = [
    ...(takes === null ? [] : [{ path, takes }]),
    ...branches.flatMap((branch) => places(root, branch, path)),
    ...Object.entries((one['properties'] ?? {}) as Json).flatMap(([key, part]) =>
      places(root, part, [...path, key]),
    ),
    ...(one['items'] === undefined ? [] : places(root, one['items'], [...path, 0])),
  ];
  // Branches of a union name the same places.
  return [
    ...new Map(found.map((place) => [`${place.path.join('.')} ${place.takes}`, place])).values(),
  ];
}

function takenBy({ type, format, enum: words, const: word }: Json): Slot['takes'] | null {
  if (type !== 'string' || words !== undefined || word !== undefined) return null;
  if (format === 'uuid') return 'id';
  if (format === 'email') return 'address';
  return format === undefined ? 'text' : null;
}

function resolved(root: unknown, value: unknown): Json {
  const { $ref: reference } = value as { readonly $ref?: string };
  if (reference === undefined) return value as Json;
  const target = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Json)[key], root);
  return resolved(root, target);
}

/** The same JSON with a value in a place, and what must be around it. */
export function withValue(
  at: unknown,
  [key, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = Array.isArray(at) ? [...(at as unknown[])] : [];
    list[key] = withValue(list[key], rest, value);
    return list;
  }
  const of = typeof at === 'object' && at !== null ? (at as Json) : {};
  return { ...of, [key]: withValue(of[key], rest, value) };
}
