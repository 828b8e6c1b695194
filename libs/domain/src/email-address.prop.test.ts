import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emailDomain, isEmailAddress, normalizeEmail } from './index.ts';

const characters = (alphabet: string, maxLength: number) =>
  fc
    .array(fc.constantFrom(...alphabet), { minLength: 1, maxLength })
    .map((picked) => picked.join(''));
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const atom = characters(`${LETTERS}!#$%&'*+/=?^_\`{|}~-`, 12);
const label = fc
  .tuple(characters(LETTERS, 8), characters(`${LETTERS}-`, 8), characters(LETTERS, 8))
  .map((parts) => parts.join(''));
const local = fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join('.'));
const domain = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));

it('every dot-atom at a domain of two labels or more is an address, however it was typed', () => {
  fc.assert(
    fc.property(local, domain, fc.constantFrom('', ' ', '\t'), (name, host, space) => {
      const typed = `${space}${`${name}@${host}`.toUpperCase()}${space}`;
      const address = normalizeEmail(typed);
      expect(isEmailAddress(address)).toBe(true);
      expect(emailDomain(address)).toBe(host);
    }),
  );
});

it('nothing that could end a header, an angle bracket or an address list passes', () => {
  const harmful = fc.constantFrom(...'\r\n\t ,;:<>()[]"\\\0');
  fc.assert(
    fc.property(local, domain, harmful, fc.nat(), (name, host, character, at) => {
      const address = `${name}@${host}`;
      const position = at % (address.length + 1);
      const changed = address.slice(0, position) + character + address.slice(position);
      expect(isEmailAddress(changed)).toBe(false);
    }),
  );
});

it('normalising twice changes nothing more, and any text is judged in time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      const once = normalizeEmail(text);
      expect(normalizeEmail(once)).toBe(once);
      expect(typeof isEmailAddress(text)).toBe('boolean');
    }),
  );
});
