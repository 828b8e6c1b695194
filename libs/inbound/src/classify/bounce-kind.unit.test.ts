import { describe, expect, it } from 'vitest';
import { bounceKindOf, statusCodeIn } from './bounce-kind.ts';

describe('bounceKindOf', () => {
  it.each([
    ['5.1.1', 'mailbox full', 'hard'],
    ['5.1.0', 'mailbox full', 'hard'],
    ['5.2.2', 'no such user', 'soft'],
    ['5.7.0', '550 user unknown', 'refused'],
    ['5.0.0', '550 user unknown', 'hard'],
    ['5.0.0', '552 over quota', 'soft'],
    ['5.5.0', 'blocked by spamhaus', 'refused'],
    ['5.0.0', '550 Requested action not taken', 'hard'],
    ['4.2.2', 'no such user', 'soft'],
    [null, 'Benutzer unbekannt', 'hard'],
    [null, '554 no', 'soft'],
    [null, null, 'soft'],
  ])('takes %s with "%s" for %s', (statusCode, reason, kind) => {
    expect(bounceKindOf(statusCode, reason)).toBe(kind);
  });
});

describe('statusCodeIn', () => {
  it.each([
    ['550 5.1.1 no', '5.1.1'],
    ['550-5.7.26 no', '5.7.26'],
    ['host 10.5.1.1 said 4.4.1', '4.4.1'],
    ['version 5.1.1.2', null],
  ])('finds in "%s" %s', (text, code) => {
    expect(statusCodeIn(text)).toBe(code);
  });
});
