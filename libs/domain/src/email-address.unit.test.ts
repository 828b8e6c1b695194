import { describe, expect, it } from 'vitest';
import { emailDomain, isEmailAddress, normalizeEmail } from './index.ts';

const local64 = 'a'.repeat(64);
const label63 = 'b'.repeat(63);
/** 254 characters: as long as an address may be. */
const longest = `${local64}@${`${label63}.`.repeat(2)}${'c'.repeat(58)}.de`;

describe('an e-mail address', () => {
  it.each([
    'ann@example.com',
    'ann.b-c_d+tag@mail.example.co.uk',
    "o'hara!#$%&*/=?^`{|}~@example.com",
    '1@2.de',
    'ann@xn--bcher-kva.example',
    `${local64}@example.com`,
    `ann@${label63}.com`,
    longest,
  ])('can be %s', (address) => {
    expect(isEmailAddress(address)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no local part', '@example.com'],
    ['no domain', 'ann@'],
    ['no at-sign', 'ann.example.com'],
    ['two at-signs', 'ann@b@example.com'],
    ['one label', 'ann@localhost'],
    ['a dot in front', '.ann@example.com'],
    ['a dot at the end', 'ann.@example.com'],
    ['two dots together', 'ann..b@example.com'],
    ['an empty label', 'ann@example..com'],
    ['a dot after the domain', 'ann@example.com.'],
    ['a label that begins with a hyphen', 'ann@-example.com'],
    ['a label that ends with a hyphen', 'ann@example-.com'],
    ['an underscore in the domain', 'ann@ex_ample.com'],
    ['a last label of one character', 'ann@example.c'],
    ['a quoted local part', '"ann b"@example.com'],
    ['an address literal', 'ann@[192.0.2.1]'],
    ['white space', 'ann @example.com'],
    ['a line break at the end', 'ann@example.com\n'],
    ['a second header', 'ann@example.com\nbcc: b@example.com'],
    ['letters beyond ASCII', 'änn@example.com'],
    ['a name around it', 'Ann <ann@example.com>'],
    ['upper case, which is not normalised', 'Ann@example.com'],
    ['a local part of 65 characters', `a${local64}@example.com`],
    ['a label of 64 characters', `ann@b${label63}.com`],
    ['255 characters', longest.replace('.de', '.dee')],
  ])('has not %s', (_, address) => {
    expect(isEmailAddress(address)).toBe(false);
  });

  it('is compared trimmed and in lower case', () => {
    expect(normalizeEmail('  Ann.B@Example.COM\n')).toBe('ann.b@example.com');
  });

  it.each([
    ['Ann@Bücher.Example', 'ann@xn--bcher-kva.example'],
    ['ann+tea@例え.jp', 'ann+tea@xn--r8jz45g.jp'],
    ['ann@bu\u0308cher.example', 'ann@xn--bcher-kva.example'],
    ['ann@faß.de', 'ann@xn--fa-hia.de'],
  ])('%s has the domain that DNS knows', (typed, address) => {
    expect(normalizeEmail(typed)).toBe(address);
    expect(isEmailAddress(address)).toBe(true);
    expect(normalizeEmail(address)).toBe(address);
  });

  it.each([
    'ann@bücher.example/path',
    'ann@bücher.example:80',
    'ann@b ücher.example',
    'änn@example.com',
  ])('is none where more than its domain is beyond ASCII: %s', (typed) => {
    expect(isEmailAddress(normalizeEmail(typed))).toBe(false);
  });

  it.each([
    ['Ann@Example.COM', 'example.com'],
    ['"a@b"@example.org', 'example.org'],
  ])('%s has the domain %s', (address, domain) => {
    expect(emailDomain(address)).toBe(domain);
  });
});
