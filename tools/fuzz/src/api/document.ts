/** The content type of refusals (RFC 9457). */
export const PROBLEM = 'application/problem+json';

export type Json = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Json;
}

/** An operation as a document describes it; references in its schemas are left as they are. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Null: it takes none. Schemas by content type. */
  readonly body: { readonly required: boolean; readonly content: ReadonlyMap<string, Json> } | null;
  /** Schemas by content type, by status or `default`; an answer without content has none. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, Json>>;
  /** Whether an API key opens it. */
  readonly keyed: boolean;
}

/** @throws Error for a reference that leads nowhere. */
export function operationsOf(document: Json): Operation[] {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, facts]) => {
      const operation = facts as Json;
      const body = operation['requestBody'];
      return {
        id: String(operation['operationId']),
        method: method.toUpperCase(),
        path,
        parameters: listOf(operation['parameters']).map((one) => parameterOf(document, one)),
        body: body === undefined ? null : bodyOf(resolved(document, body)),
        answers: new Map(
          Object.entries((operation['responses'] ?? {}) as Json).map(([status, answer]) => [
            status,
            contentOf(resolved(document, answer)),
          ]),
        ),
        keyed: listOf(operation['security']).length > 0,
      };
    }),
  );
}

/** What a reference leads to; anything else as it is. */
export function resolved(document: Json, value: unknown): Json {
  const { $ref: reference } = value as { readonly $ref?: string };
  if (reference === undefined) return value as Json;
  const target = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document);
  if (target === undefined) throw new Error(`${reference} is not in the document`);
  return resolved(document, target);
}

function parameterOf(document: Json, value: unknown): Parameter {
  const { name, in: place, required = false, schema = {} } = resolved(document, value);
  return { name, in: place, required, schema } as Parameter;
}

function bodyOf(body: Json): Operation['body'] {
  return { required: body['required'] === true, content: contentOf(body) };
}

function contentOf(of: Json): ReadonlyMap<string, Json> {
  const content = (of['content'] ?? {}) as Readonly<Record<string, Json>>;
  return new Map(Object.entries(content).map(([type, { schema = {} }]) => [type, schema as Json]));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
