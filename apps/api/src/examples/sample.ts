type Json = Readonly<Record<string, unknown>>;

/** What members are called in examples, whatever object they are of. */
export interface Samples {
  /** By the name of the member. */
  readonly byName: Json;
  /** Members of the components of these names. */
  readonly byComponent: Readonly<Record<string, Json>>;
}

/**
 * A value of a schema, with what is known of its members where that is of their type: of a choice the
 * first that is not null, of a list one, of a text without a form a word.
 *
 * @param schema JSON Schema 2020-12, as `/openapi.json` has it.
 * @param components to which references lead, by name.
 */
export function createSampler(
  components: Json,
  { byName, byComponent }: Samples,
): (schema: unknown) => unknown {
  function sample(schema: unknown, name: string, known: Json): unknown {
    const { value: one, component } = resolved(schema, components);
    if (name in known && fits(known[name], one, components)) return known[name];
    if ('const' in one) return one['const'];
    if (Array.isArray(one['enum'])) return (one['enum'] as unknown[])[0];
    const branches = branchesOf(one);
    if (branches !== null) {
      return sample(branches.find((branch) => !isNull(branch)) ?? {}, name, known);
    }
    switch (one['type']) {
      case 'object':
        return members(one, { ...byName, ...(component === null ? {} : byComponent[component]) });
      case 'array':
        return one['items'] === undefined ? [] : [sample(one['items'], name, byName)];
      case 'integer':
      case 'number':
        return one['minimum'] ?? 1;
      case 'boolean':
        return true;
      case 'string':
        return byName[String(one['format'])] ?? 'text';
      default:
        return null;
    }
  }

  function members(one: Json, known: Json): Json {
    const properties = Object.entries((one['properties'] ?? {}) as Json);
    return Object.fromEntries(properties.map(([name, part]) => [name, sample(part, name, known)]));
  }

  return (schema) => sample(schema, '', byName);
}

function branchesOf(schema: Json): readonly unknown[] | null {
  const branches = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(branches) ? (branches as readonly unknown[]) : null;
}

function isNull(schema: unknown): boolean {
  return (schema as Json)['type'] === 'null';
}

/** Whether a value is of a schema's type, or one of the values that it names. */
function fits(value: unknown, schema: unknown, components: Json): boolean {
  const { value: one } = resolved(schema, components);
  if ('const' in one) return one['const'] === value;
  if (Array.isArray(one['enum'])) return one['enum'].includes(value);
  const branches = branchesOf(one);
  if (branches !== null) return branches.some((branch) => fits(value, branch, components));
  const { type } = one;
  if (type === 'object') return isMade(value, one);
  return type === undefined || type === typeOf(value) || (type === 'number' && isNumber(value));
}

/** Whether a value has the members of an object that a schema asks for, and no others where it names them. */
function isMade(value: unknown, { properties, required }: Json): boolean {
  if (typeOf(value) !== 'object') return false;
  if (properties === undefined) return true;
  const names = Object.keys(value as Json);
  return (
    names.every((name) => name in (properties as Json)) &&
    ((required ?? []) as readonly string[]).every((name) => names.includes(name))
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isNumber(value)) return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** A schema itself, and the name under which it was referred to. */
function resolved(
  schema: unknown,
  components: Json,
): { readonly value: Json; readonly component: string | null } {
  const { $ref: reference } = schema as { readonly $ref?: string };
  if (reference === undefined) return { value: schema as Json, component: null };
  const component = reference.split('/').at(-1) ?? '';
  return { value: (components[component] ?? {}) as Json, component };
}
