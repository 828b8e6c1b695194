import fc, { type Arbitrary } from 'fast-check';
import { resolved, type Json } from './document.ts';
import { kindOfName, placeFor } from './known-values.ts';
import { ADDRESS, ADDRESS_OF_HOOKS, BY_NAME } from './samples.ts';

const TEXT = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
  fc.constantFrom('Acme', 'Ann', 'a b', 'Ünïcödé', '\u4f60\u597d', '{{contact.firstName}}'),
);
const MAX_ITEMS = 5;
/** Levels below which a schema that holds itself does so no more. */
const DEEPEST = 4;
/** Members whose ids are of a kind that the name does not tell. */
const KIND_OF_MEMBER: Readonly<Record<string, string>> = {
  reference: 'senderIdentity',
  is: 'lead',
  smsSenderIdentityId: 'smsSender',
};

/**
 * Values that a schema of JSON Schema 2020-12 takes, as far as it says what it takes: what a
 * document of Zod's making holds of it.
 *
 * @param name of the member that takes the value, and says what ids in it are of.
 */
export function valid(document: Json, schema: unknown, name = '', depth = 0): Arbitrary<unknown> {
  const one = resolved(document, schema);
  const inside = (part: unknown, of = name) => valid(document, part, of, depth + 1);
  if (one['const'] !== undefined) return fc.constant(one['const']);
  if (Array.isArray(one['enum'])) return fc.constantFrom(...(one['enum'] as unknown[]));
  const branches = (one['anyOf'] ?? one['oneOf']) as readonly unknown[] | undefined;
  if (branches !== undefined) {
    const flat = branches.filter((branch) => !JSON.stringify(branch).includes('"$ref"'));
    const taken = depth > DEEPEST && flat.length > 0 ? flat : branches;
    return fc.oneof(...taken.map((branch) => inside(branch)));
  }
  const byName = BY_NAME[name.replace(/s$/, '')];
  switch (one['type']) {
    case 'string':
      if (name === 'filter') {
        return inside({ $ref: '#/components/schemas/AudienceFilter' }, '').map((filter) =>
          JSON.stringify(filter),
        );
      }
      return byName !== undefined && one['format'] === undefined ? byName : textOf(one, name);
    case 'integer':
      return integerOf(one);
    case 'number':
      return fc.double({
        min: numberOr(one['minimum'], -1e6),
        max: numberOr(one['maximum'], 1e6),
        noNaN: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inside(one['items'] ?? {}), {
        minLength: numberOr(one['minItems'], 0),
        maxLength: Math.max(numberOr(one['minItems'], 0), MAX_ITEMS),
      });
    case 'object':
      return objectOf(one, inside);
    default:
      return byName ?? fc.jsonValue({ maxDepth: 2 });
  }
}

function textOf(schema: Json, name: string): Arbitrary<string> {
  const { format, pattern } = schema as { readonly format?: string; readonly pattern?: string };
  switch (format ?? '') {
    case 'uuid': {
      const kind = KIND_OF_MEMBER[name] ?? kindOfName(name) ?? name;
      return fc.oneof(
        { weight: 9, arbitrary: fc.nat(39).map((nth) => placeFor(kind, nth)) },
        { weight: 1, arbitrary: fc.uuid() },
      );
    }
    case 'email':
      return ADDRESS;
    case 'uri':
      return ADDRESS_OF_HOOKS;
    case 'date-time':
      return fc
        .date({ min: new Date('2020-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const least = numberOr(schema['minLength'], 0);
  const most = numberOr(schema['maxLength'], Infinity);
  return TEXT.filter((text) => {
    const { length } = [...text];
    return length >= least && length <= most;
  });
}

/** Mostly small ones, since many count something; the rest up to the bounds, and these themselves. */
function integerOf(schema: Json): Arbitrary<number> {
  const min = Math.max(numberOr(schema['minimum'], -(2 ** 53)), -(2 ** 53));
  const max = Math.min(numberOr(schema['maximum'], 2 ** 53), 2 ** 53);
  const low = Math.min(max, Math.max(min, 0));
  return fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: low, max: Math.min(max, low + 3) }) },
    { weight: 1, arbitrary: fc.maxSafeInteger().map((n) => min + (Math.abs(n) % (max - min + 1))) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  );
}

function objectOf(
  schema: Json,
  inside: (part: unknown, name?: string) => Arbitrary<unknown>,
): Arbitrary<unknown> {
  const {
    properties,
    required = [],
    additionalProperties,
  } = schema as {
    readonly properties?: Json;
    readonly required?: readonly string[];
    readonly additionalProperties?: unknown;
  };
  if (properties !== undefined) {
    const members = Object.fromEntries(
      Object.entries(properties).map(([name, part]) => [name, inside(part, name)]),
    );
    return fc.record(members, { requiredKeys: [...required] });
  }
  const entry =
    typeof additionalProperties === 'object'
      ? inside(additionalProperties, '')
      : fc.jsonValue({ maxDepth: 2 });
  const key = fc.oneof(fc.stringMatching(/^[A-Za-z]\w{0,9}$/), fc.constantFrom('favouriteTea'));
  return fc.dictionary(key, entry, { maxKeys: 3 });
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
