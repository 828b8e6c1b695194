import { describe, expect, it } from 'vitest';
import { InvalidInputError, showValue } from './index.ts';

const problem = (n: number) => ({ path: `row ${n}`, code: 'bad', message: `${n} was found` });

describe('an input that is refused', () => {
  it('names each problem with its place, and carries them all', () => {
    const problems = [problem(1), problem(2)];
    const error = new InvalidInputError('the list was refused', problems);
    expect(error.name).toBe('InvalidInputError');
    expect(error.message).toBe('the list was refused:\n  row 1: 1 was found\n  row 2: 2 was found');
    expect(error.problems).toEqual(problems);
  });

  it.each([
    [10, undefined],
    [11, 'and 1 more'],
    [250, 'and 240 more'],
  ])('with %d problems shows ten, and how many there are beyond', (count, more) => {
    const problems = Array.from({ length: count }, (_, n) => problem(n));
    const { message, problems: all } = new InvalidInputError('refused', problems);
    const lines = message.split('\n').slice(1);
    expect(lines.slice(0, 10)).toEqual(
      problems.slice(0, 10).map((p) => `  ${p.path}: ${p.message}`),
    );
    expect(lines[10]?.trim()).toBe(more);
    expect(all).toHaveLength(count);
  });
});

describe('a value in a message', () => {
  it.each<[unknown, string]>([
    ['text', '"text"'],
    ['', '""'],
    [7, '7'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ a: [1] }, '{"a":[1]}'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [[1, 'a"b', null, undefined, true, []], '[1,"a\\"b",null,null,true,[]]'],
    [{ a: undefined, b: { 'c"': {} } }, '{"b":{"c\\"":{}}}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [12n, '12'],
    [Symbol('s'), 'Symbol(s)'],
  ])('%o is shown as %s', (value, shown) => {
    expect(showValue(value)).toBe(shown);
  });

  const nested = (levels: number, wrap: (inner: unknown) => unknown) => {
    let value: unknown = 1;
    for (let n = 0; n < levels; n += 1) value = wrap(value);
    return value;
  };

  it('is shown in time and without an error whatever it is', () => {
    expect(showValue(nested(100_000, (inner) => [inner]))).toBe(`${'['.repeat(57)}…`);
    expect(showValue(nested(100_000, (a) => ({ a })))).toBe(`${'{"a":'.repeat(12).slice(0, 57)}…`);
    expect(showValue(Array.from({ length: 1_000_000 }, () => 'x'))).toHaveLength(58);
    const ring: unknown[] = [];
    ring.push(ring);
    expect(showValue(ring)).toHaveLength(58);
    const broken = {
      get a(): never {
        throw new Error('not to be read');
      },
    };
    expect(showValue(broken)).toBe('a value that cannot be shown');
  });

  it('is cut where it is long', () => {
    expect(showValue('x'.repeat(58))).toBe(`"${'x'.repeat(58)}"`);
    expect(showValue('x'.repeat(59))).toBe(`"${'x'.repeat(56)}…`);
  });
});
