/**
 * SendGrid's query language for activity and logs, as far as its reference shows it:
 * comparisons (`=`, `!=`, `LIKE`, `IN`, `<`, `<=`, `>`, `>=`, `BETWEEN … AND …`) of fields with strings
 * and `TIMESTAMP "…"`, joined by `AND`, `OR`, `NOT` and parentheses. `unique_args['key']` (and
 * `unique_args["key"]`) reads one custom argument. Logs take a part of it: see `Grammar`.
 */
export type Predicate = (field: FieldReader) => boolean;
/** The values of a field; undefined when there is no such field. */
export type FieldReader = (
  name: string,
  key: string | null,
) => readonly (string | number)[] | undefined;

/** What an API takes of the language. */
export interface Grammar {
  /** The fields that can be asked about, each with the operators that it takes; null for all. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string> | null>;
  /** Whether `OR`, `NOT` and parentheses are taken, and not `AND` alone. */
  readonly nesting: boolean;
}

export class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError';
}

const TOKEN =
  /\s*(?:(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<symbol><=|>=|!=|<>|[=<>()[\],])|(?<word>[\w.]+))/y;

interface Token {
  readonly kind: 'string' | 'symbol' | 'word';
  readonly text: string;
}

function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (query.slice(TOKEN.lastIndex).trim() !== '') {
    const start = TOKEN.lastIndex;
    const groups = TOKEN.exec(query)?.groups;
    if (groups === undefined) {
      throw new QuerySyntaxError(`invalid syntax: unexpected '${query.slice(start, start + 20)}'`);
    }
    const { string, symbol, word } = groups;
    if (string !== undefined) {
      tokens.push({ kind: 'string', text: string.slice(1, -1).replace(/\\(.)/g, '$1') });
    } else if (symbol !== undefined) {
      tokens.push({ kind: 'symbol', text: symbol });
    } else {
      tokens.push({ kind: 'word', text: word ?? '' });
    }
  }
  return tokens;
}

/** @throws QuerySyntaxError for what is not a query of the given grammar. */
export function parseQuery(query: string, { fields, nesting }: Grammar): Predicate {
  const tokens = tokenize(query);
  let position = 0;

  const isWord = (word: string): boolean => {
    const token = tokens[position];
    return token?.kind === 'word' && token.text.toUpperCase() === word;
  };
  const isSymbol = (symbol: string): boolean => {
    const token = tokens[position];
    return token?.kind === 'symbol' && token.text === symbol;
  };
  const fail = (expected: string): never => {
    throw new QuerySyntaxError(
      `invalid syntax: expected ${expected}, found '${tokens[position]?.text ?? 'the end'}'`,
    );
  };
  const take = (kind: Token['kind'], expected: string): string => {
    const token = tokens[position];
    if (token?.kind !== kind) return fail(expected);
    position += 1;
    return token.text;
  };
  const symbol = (text: string): void => {
    if (!isSymbol(text)) fail(`'${text}'`);
    position += 1;
  };

  function either(): Predicate {
    const options = [both()];
    while (nesting && isWord('OR')) {
      position += 1;
      options.push(both());
    }
    return (field) => options.some((option) => option(field));
  }

  function both(): Predicate {
    const conditions = [single()];
    while (isWord('AND')) {
      position += 1;
      conditions.push(single());
    }
    return (field) => conditions.every((condition) => condition(field));
  }

  function single(): Predicate {
    if (nesting && isWord('NOT')) {
      position += 1;
      const inner = single();
      return (field) => !inner(field);
    }
    if (nesting && isSymbol('(')) {
      position += 1;
      const inner = either();
      symbol(')');
      return inner;
    }
    return comparison();
  }

  function comparison(): Predicate {
    const name = take('word', 'a field');
    const operators = fields.get(name);
    if (operators === undefined) {
      throw new QuerySyntaxError(`invalid syntax: '${name}' is not a known field`);
    }
    let key: string | null = null;
    if (isSymbol('[')) {
      position += 1;
      key = take('string', 'a key');
      symbol(']');
    }
    const word = tokens[position]?.text.toUpperCase() ?? 'the end';
    if (operators !== null && !operators.has(word)) fail(`one of ${[...operators].join(', ')}`);
    const test = operator();
    return (field) => field(name, key)?.some(test) ?? false;
  }

  function operator(): (actual: string | number) => boolean {
    if (isWord('LIKE')) {
      position += 1;
      const pattern = likePattern(take('string', 'a pattern'));
      return (actual) => pattern.test(String(actual));
    }
    if (isWord('BETWEEN')) {
      position += 1;
      const low = value();
      if (!isWord('AND')) fail('AND');
      position += 1;
      const high = value();
      return (actual) => actual >= low && actual <= high;
    }
    if (isWord('IN')) {
      position += 1;
      symbol('(');
      const members = [value()];
      while (isSymbol(',')) {
        position += 1;
        members.push(value());
      }
      symbol(')');
      return (actual) => members.includes(actual);
    }
    const sign = take('symbol', 'a comparison');
    const expected = value();
    const compare = COMPARISONS[sign];
    return compare === undefined ? fail('a comparison') : (actual) => compare(actual, expected);
  }

  function value(): string | number {
    if (!isWord('TIMESTAMP')) return take('string', 'a quoted value');
    position += 1;
    const text = take('string', 'a quoted time');
    const at = Date.parse(text);
    if (Number.isNaN(at))
      throw new QuerySyntaxError(`invalid syntax: '${text}' is not a timestamp`);
    return at;
  }

  const predicate = either();
  if (position < tokens.length) fail(nesting ? 'AND, OR or the end' : 'AND or the end');
  return predicate;
}

const COMPARISONS: Readonly<
  Record<string, ((actual: string | number, expected: string | number) => boolean) | undefined>
> = {
  '=': (actual, expected) => actual === expected,
  '!=': (actual, expected) => actual !== expected,
  '<>': (actual, expected) => actual !== expected,
  '<': (actual, expected) => actual < expected,
  '<=': (actual, expected) => actual <= expected,
  '>': (actual, expected) => actual > expected,
  '>=': (actual, expected) => actual >= expected,
};

/** `%` stands for any run of characters, `_` is taken as it is: ids contain it. */
function likePattern(pattern: string): RegExp {
  const source = pattern
    .split('%')
    .map((piece) => piece.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 's');
}
