import { describe, expect, test } from 'vitest';
import { parseQuery, QuerySyntaxError, type FieldReader, type Grammar } from './query.ts';

const ALL: Grammar = {
  fields: new Map(['to_email', 'subject', 'at', 'unique_args', 'tags'].map((name) => [name, null])),
  nesting: true,
};
const NARROW: Grammar = {
  fields: new Map([
    ['to_email', new Set(['='])],
    ['at', new Set(['<', '>='])],
    ['tags', new Set(['IN'])],
  ]),
  nesting: false,
};
const AT = Date.parse('2026-03-02T09:00:00Z');
const message: FieldReader = (name, key) => {
  if (name === 'to_email') return ['ada@example.org'];
  if (name === 'subject') return ['Say "hi"'];
  if (name === 'at') return [AT];
  if (name === 'tags') return ['a', 'b'];
  return key === 'id' ? ['m_1'] : [];
};

describe('query', () => {
  test.each([
    [`to_email="ada@example.org"`, true],
    [`to_email = "bob@example.org"`, false],
    [`to_email != "bob@example.org"`, true],
    [`subject="Say \\"hi\\""`, true],
    [`to_email LIKE "ada@%"`, true],
    [`to_email LIKE "ada.%"`, false],
    [`unique_args['id']="m_1"`, true],
    [`unique_args["id"] LIKE 'm_%'`, true],
    [`unique_args["id"] LIKE 'mx1'`, false],
    [`unique_args['other']="m_1"`, false],
    [`tags="b"`, true],
    [`tags IN ("x", "a")`, true],
    [`tags IN ("x", "y")`, false],
    [`at = TIMESTAMP "2026-03-02T09:00:00Z"`, true],
    [`at < TIMESTAMP "2026-03-02T09:00:00Z"`, false],
    [`at BETWEEN TIMESTAMP "2026-03-02T08:00:00Z" AND TIMESTAMP "2026-03-02T09:00:00Z"`, true],
    [`at BETWEEN TIMESTAMP "2026-03-02T09:00:01Z" AND TIMESTAMP "2026-03-02T10:00:00Z"`, false],
    [`to_email="x" OR tags="a" AND tags="b"`, true],
    [`(to_email="x" OR tags="a") AND tags="z"`, false],
    [`NOT to_email="x" and not (tags="z")`, true],
  ])('%s is %s', (query, expected) => {
    expect(parseQuery(query, ALL)(message)).toBe(expected);
  });

  test.each([
    ['', /expected a field, found 'the end'/],
    ['nobody="x"', /'nobody' is not a known field/],
    ['to_email', /expected a comparison, found 'the end'/],
    ['to_email=x', /expected a quoted value, found 'x'/],
    ['to_email="x" tags="a"', /expected AND, OR or the end, found 'tags'/],
    ['(to_email="x"', /expected '\)'/],
    ['to_email="x', /unexpected '"x'/],
    ['at > TIMESTAMP "soon"', /'soon' is not a timestamp/],
    ['tags , "x"', /expected a comparison/],
  ])('%s is refused', (query, message) => {
    expect(() => parseQuery(query, ALL)).toThrow(QuerySyntaxError);
    expect(() => parseQuery(query, ALL)).toThrow(message);
  });

  test.each([
    [`to_email="ada@example.org" AND at >= TIMESTAMP "2026-03-02T09:00:00Z"`, true],
    [`to_email="ada@example.org" AND tags in ('x', 'y')`, false],
  ])('in a narrow grammar %s is %s', (query, expected) => {
    expect(parseQuery(query, NARROW)(message)).toBe(expected);
  });

  test.each([
    [`to_email="x" OR to_email="y"`, /expected AND or the end, found 'OR'/],
    [`NOT to_email="x"`, /'NOT' is not a known field/],
    [`(to_email="x")`, /expected a field/],
    [`to_email LIKE "x%"`, /expected one of =, found 'LIKE'/],
    [`at BETWEEN TIMESTAMP "2026-03-02T08:00:00Z" AND TIMESTAMP "2026-03-02T09:00:00Z"`, /one of/],
    [`tags="a"`, /expected one of IN, found '='/],
  ])('a narrow grammar refuses %s', (query, message) => {
    expect(() => parseQuery(query, NARROW)).toThrow(QuerySyntaxError);
    expect(() => parseQuery(query, NARROW)).toThrow(message);
  });
});
