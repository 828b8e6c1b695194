import { describe, expect, it, vi } from 'vitest';
import { firstIdAt, isId, newId } from './index.ts';

describe('an identifier', () => {
  it('is a UUIDv7 of this moment', () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it('stands after all that were made before it in this process', () => {
    const ids = Array.from({ length: 5_000 }, newId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stands after them when the clock has been set back, too', async () => {
    // Whoever has seen the future makes no identifiers of today any more.
    vi.resetModules();
    const own = await import('./ids.ts');
    vi.useFakeTimers({ now: Date.now() + 60_000 });
    try {
      const ahead = own.newId();
      vi.setSystemTime(Date.now() - 3_600_000);
      const behind = [own.newId(), own.newId()];
      vi.setSystemTime(Date.now() + 7_200_000);
      const ids = [ahead, ...behind, own.newId()];
      expect(ids.toSorted()).toEqual(ids);
    } finally {
      vi.useRealTimers();
    }
  });

  it('comes after the first of its moment, and of each before', () => {
    const before = firstIdAt(Date.now());
    const id = newId();
    expect(isId(before)).toBe(true);
    expect(before < id).toBe(true);
    expect(firstIdAt(Date.now() + 1) > id).toBe(true);
    expect(firstIdAt(0)).toBe('00000000-0000-0000-0000-000000000000');
  });

  it.each([
    newId(),
    '00000000-0000-0000-0000-000000000000',
    'F47AC10B-58CC-4372-A567-0E02B2C3D479',
  ])('can be %s', (value) => {
    expect(isId(value)).toBe(true);
  });

  it.each([
    '',
    'f47ac10b58cc4372a5670e02b2c3d479',
    'f47ac10b-58cc-4372-a567-0e02b2c3d47',
    'g47ac10b-58cc-4372-a567-0e02b2c3d479',
    ' f47ac10b-58cc-4372-a567-0e02b2c3d479',
    'f47ac10b-58cc-4372-a567-0e02b2c3d479\n',
    7,
    null,
    undefined,
  ])('cannot be %o', (value) => {
    expect(isId(value)).toBe(false);
  });
});
