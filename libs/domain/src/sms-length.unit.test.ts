import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smsLength } from './sms-length.ts';

describe('smsLength', () => {
  test.each([
    ['nothing', '', 'gsm7', 0, 0],
    ['one full message', 'a'.repeat(160), 'gsm7', 160, 1],
    ['one more than fits', 'a'.repeat(161), 'gsm7', 161, 2],
    ['two full segments', 'a'.repeat(306), 'gsm7', 306, 2],
    ['three segments', 'a'.repeat(307), 'gsm7', 307, 3],
    ['characters of the extension', '€'.repeat(80), 'gsm7', 160, 1],
    ['one of them too many', `${'€'.repeat(80)}a`, 'gsm7', 161, 2],
    // 152 and the escape of the € would be divided: it goes to the next segment whole.
    ['a pair at the end of a segment', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm7', 306, 3],
    ['umlauts and Greek capitals', 'äöüßÄÖÜΔΩ', 'gsm7', 9, 1],
    ['another alphabet', 'щ'.repeat(70), 'ucs2', 70, 1],
    ['one character of it', `${'a'.repeat(69)}ł`, 'ucs2', 70, 1],
    ['more than one message of it', 'щ'.repeat(71), 'ucs2', 71, 2],
    ['two full segments of it', 'щ'.repeat(134), 'ucs2', 134, 2],
    ['emoji', '😀'.repeat(35), 'ucs2', 70, 1],
    // 67 is odd: the pair goes to the next segment whole.
    ['emoji at the end of a segment', '😀'.repeat(67), 'ucs2', 134, 3],
    ['typographic apostrophe', 'It’s', 'ucs2', 4, 1],
  ])('%s', (_, text, encoding, units, segments) => {
    expect(smsLength(text)).toEqual({ encoding, units, segments });
  });

  test('never shrinks by what is added, and segments hold no more than fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), fc.string(), (text, more) => {
        const before = smsLength(text);
        const after = smsLength(text + more);
        expect(after.segments).toBeGreaterThanOrEqual(before.segments);
        const room = before.encoding === 'gsm7' ? 153 : 67;
        if (before.segments > 1) {
          expect(before.segments).toBeGreaterThanOrEqual(Math.ceil(before.units / room));
        }
      }),
    );
  });
});
