import { describe, expect, test } from 'vitest';
import { parseQuery, QuerySyntaxError, type FieldReader } from './query.ts';

const FIELDS: ReadonlySet<string> = new Set(['to_email', 'subject', 'at', 'unique_args', 'tags']);
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
    expect(parseQuery(query, FIELDS)(message)).toBe(expected);
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
    expect(() => parseQuery(query, FIELDS)).toThrow(QuerySyntaxError);
    expect(() => parseQuery(query, FIELDS)).toThrow(message);
  });
});
