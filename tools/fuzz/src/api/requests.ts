import fc, { type Arbitrary } from 'fast-check';
import { valid } from './arbitraries.ts';
import type { Json, Operation, Parameter } from './document.ts';
import { HOSTILE_BYTES, HOSTILE_HEADERS, HOSTILE_TEXTS, HOSTILE_TYPES, nearly } from './hostile.ts';
import { kindOfId, kindOfName, placeFor } from './known-values.ts';
import { BODY_OF, BY_NAME, EITHER, QUERY_OF, TEXTS } from './samples.ts';

/** How far a request is from one that the document allows. */
export type Manner = 'valid' | 'near' | 'hostile';

/** What is sent: a value as JSON, a text, or bytes as they are. */
export type Body =
  { readonly json: unknown } | { readonly text: string } | { readonly bytes: Uint8Array };

/** A request as it is generated: places for known values are still open. */
export interface GeneratedRequest {
  readonly manner: Manner;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Names may come again. */
  readonly query: readonly (readonly [name: string, value: unknown])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body | null;
  readonly contentType: string | null;
  /** Whose key, or for webhooks whose signature, it comes with. */
  readonly credential: 'own' | 'reader' | 'none' | 'wrong';
}

/** Requests of an operation: as the document has it, nearly so, and with harm in mind. */
export function requestsOf(document: Json, operation: Operation): Arbitrary<GeneratedRequest> {
  const described = asDescribed(document, operation);
  return fc.oneof(
    { weight: 5, arbitrary: described },
    { weight: 4, arbitrary: described.chain(oneThingWrong) },
    { weight: 3, arbitrary: described.chain(hostileOne) },
  );
}

function asDescribed(document: Json, operation: Operation): Arbitrary<GeneratedRequest> {
  const { parameters, method } = operation;
  const of = (place: Parameter['in']) => {
    const those = parameters.filter((one) => one.in === place);
    const values = Object.fromEntries(
      those.map((one) => [one.name, parameterValue(document, operation, one)]),
    );
    const required = those.filter((one) => one.required).map(({ name }) => name);
    // Often few of them, or lists would find nothing by all of them.
    return fc
      .tuple(fc.record(values, { requiredKeys: required }), fc.nat(3))
      .map(([all, most]) =>
        Object.fromEntries(
          Object.entries(all).filter(
            ([name], n) => required.includes(name) || n < (most === 3 ? Infinity : most),
          ),
        ),
      );
  };
  return fc
    .record({
      params: of('path'),
      query: QUERY_OF[operation.id] ?? of('query'),
      headers: of('header') as Arbitrary<Record<string, string>>,
      content: contentOf(document, operation),
    })
    .map(({ params, query, headers, content }) => ({
      manner: 'valid',
      method,
      params,
      query: Object.entries(query),
      headers,
      ...content,
      credential: 'own',
    }));
}

/**
 * Operations that few rows of a kind are for: others are answered with 409, or of no use to others
 * afterwards, or gone with all that is of them.
 */
const KIND_OF_PATH: Readonly<Record<string, string>> = {
  finishCampaign: 'finishableCampaign',
  resendMessage: 'resendableMessage',
  dismissMessage: 'dismissableMessage',
  resolveMessage: 'resolvableMessage',
  getQuarantined: 'retryableDelivery',
  retryQuarantined: 'retryableDelivery',
  dropQuarantined: 'droppableDelivery',
  listWebhookDeliveries: 'keptEndpoint',
  getWebhookDelivery: 'keptEndpoint',
  redeliverWebhook: 'keptEndpoint',
  getInboundAttachment: 'attachedMail',
};

function parameterValue(
  document: Json,
  { id, path }: Operation,
  { name, in: place, schema }: Parameter,
): Arbitrary<unknown> {
  if (place === 'header') {
    return BY_NAME[name.toLowerCase()] ?? fc.stringMatching(/^[!#-~]{1,40}$/);
  }
  if (name === 'cursor') return fc.nat(39).map((nth) => placeFor(`cursorOf_${id}`, nth));
  const kind = name === 'id' ? (KIND_OF_PATH[id] ?? kindOfId(path)) : kindOfName(name);
  if (place !== 'path' || kind === null) return valid(document, schema, name);
  return fc.oneof(
    { weight: 12, arbitrary: fc.nat(39).map((nth) => placeFor(kind, nth)) },
    { weight: 1, arbitrary: fc.uuid() },
  );
}

type Content = Pick<GeneratedRequest, 'body' | 'contentType'>;

function contentOf(document: Json, { id, body }: Operation): Arbitrary<Content> {
  const nothing: Content = { body: null, contentType: null };
  if (body === null) return fc.constant(nothing);
  const kinds = [...body.content].map(([type, schema]): Arbitrary<Content> => {
    const sample = TEXTS[type];
    if (sample !== undefined) {
      return sample.text.map((text) => ({ body: { text }, contentType: sample.type }));
    }
    const value = BODY_OF[id] ?? valid(document, schema);
    const either = EITHER[id] ?? [];
    return value.map((json) => ({ body: { json: oneOf(json, either) }, contentType: type }));
  });
  const given = fc.oneof(...kinds);
  return body.required ? given : fc.option(given, { nil: nothing, freq: 3 });
}

/** The same without all but the first of these members. */
function oneOf(value: unknown, members: readonly string[]): unknown {
  if (members.length === 0) return value;
  const entries = Object.entries(value as Json);
  const first = entries.find(([name]) => members.includes(name))?.[0];
  return Object.fromEntries(entries.filter(([name]) => name === first || !members.includes(name)));
}

/** One value of it changed. */
function oneThingWrong(request: GeneratedRequest): Arbitrary<GeneratedRequest> {
  const { body, query, params } = request;
  const near = { ...request, manner: 'near' as const };
  const choices: Arbitrary<GeneratedRequest>[] = [
    fc
      .tuple(fc.constantFrom('limit', 'cursor', 'x', 'limit[]', '__proto__'), HOSTILE_TEXTS)
      .map(([name, value]) => ({ ...near, query: [...query, [name, value] as const] })),
  ];
  if (body !== null && 'json' in body) {
    const changed = nearly(body.json).map((json) => ({ ...near, body: { json } }));
    // Most of what there is to be wrong about a request is in its body.
    choices.push(changed, changed, changed);
  }
  if (body !== null && 'text' in body) {
    const inserted = fc.tuple(fc.nat(body.text.length), HOSTILE_TEXTS);
    choices.push(
      inserted.map(([place, more]) => ({
        ...near,
        body: { text: body.text.slice(0, place) + more + body.text.slice(place) },
      })),
    );
  }
  if (query.length > 0) {
    const elsewhere = fc.tuple(fc.nat(query.length - 1), HOSTILE_TEXTS);
    choices.push(
      elsewhere.map(([place, value]) => ({
        ...near,
        query: query.map(([name, one], n) => [name, n === place ? value : one] as const),
      })),
    );
  }
  for (const name of Object.keys(params)) {
    choices.push(HOSTILE_TEXTS.map((value) => ({ ...near, params: { ...params, [name]: value } })));
  }
  return fc.oneof(...choices);
}

/** Something wrong beside its values. */
function hostileOne(request: GeneratedRequest): Arbitrary<GeneratedRequest> {
  const hostile = { ...request, manner: 'hostile' as const };
  const headers = (more: Readonly<Record<string, string>>) => ({
    ...hostile,
    headers: { ...request.headers, ...more },
  });
  return fc.oneof(
    fc
      .tuple(HOSTILE_BYTES, HOSTILE_TYPES)
      .map(([bytes, contentType]) => ({ ...hostile, body: { bytes }, contentType })),
    HOSTILE_TYPES.map((contentType) => ({ ...hostile, contentType })),
    HOSTILE_TEXTS.map((text) => headers({ 'idempotency-key': headerOf(text) })),
    HOSTILE_TEXTS.map((text) => headers({ 'if-match': headerOf(text) })),
    HOSTILE_HEADERS.map(headers),
    fc.constantFrom('reader' as const, 'none' as const, 'wrong' as const).map((credential) => ({
      ...hostile,
      credential,
    })),
    fc
      .constantFrom('PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST', 'GET')
      .map((method) => ({ ...hostile, method })),
    HOSTILE_TEXTS.map((value) => ({
      ...hostile,
      query: [...request.query, ...request.query, ['limit', value] as const],
    })),
  );
}

/** What of a text a header can hold at all. */
function headerOf(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 4_000);
}
