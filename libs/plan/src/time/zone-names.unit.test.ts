import { describe, expect, it } from 'vitest';
import { isTimeZone, offsetStretch } from './zone.ts';
import { createZoneNames } from './zone-names.ts';

/** The n-th way of writing a name in capitals and small letters. */
function variant(name: string, n: number): string {
  return [...name]
    .map((letter, at) => ((n >> at) & 1 ? letter.toUpperCase() : letter.toLowerCase()))
    .join('');
}

describe('names of time zones', () => {
  it('are known in any case, and mean one zone', () => {
    const winter = Date.UTC(2027, 0, 1);
    for (const name of ['Europe/Berlin', 'europe/berlin', 'EUROPE/BERLIN']) {
      expect(isTimeZone(name)).toBe(true);
      expect(offsetStretch(name, winter)).toBe(offsetStretch('Europe/Berlin', winter));
    }
  });

  it.each(['Mars/Olympus', '+02:00', '', 'Europe/Berlin ', '__proto__', 'x'.repeat(65)])(
    'are not %j',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
      expect(() => offsetStretch(name, 0)).toThrow(RangeError);
    },
  );

  it('are remembered in a bounded number of ways of writing them, good and bad', () => {
    const names = createZoneNames(10);
    for (let n = 0; n < 100; n += 1) {
      expect(names.canonical(variant('America/Indiana/Knox', n))).toBe('America/Indiana/Knox');
      expect(names.canonical(variant('Mars/Olympus/Mons', n))).toBeNull();
      expect(names.size).toBeLessThanOrEqual(10);
    }
    expect(names.canonical('Europe/Berlin')).toBe('Europe/Berlin');
  });
});
