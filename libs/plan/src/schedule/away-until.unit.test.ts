import { describe, expect, it } from 'vitest';
import { awayUntil, DEFAULT_SETTINGS, LONGEST_HOLD_MS, parsePlan } from '../index.ts';
import { compiled, plain, send, type Json } from '../../test/support/plans.ts';

/** A Wednesday. */
const NOW = Date.parse('2026-11-25T10:00:00Z');

function until(returnDate: string | null, outOfOffice?: Json, timezone = 'Europe/Berlin') {
  const plan = compiled([send('a')], { timezone: 'UTC', ...(outOfOffice && { outOfOffice }) });
  const settings = { ...DEFAULT_SETTINGS, timezone };
  const away = awayUntil(plan, { at: NOW, returnDate }, settings);
  if (away === null) return null;
  const isNamed = returnDate !== null && Date.parse(returnDate) > NOW;
  expect(away.estimated).toBe(!isNamed);
  return new Date(away.until).toISOString();
}

describe('until when somebody is away', () => {
  it('is the beginning of the next business day after their return, where they live', () => {
    expect(until('2026-12-01')).toBe('2026-12-01T23:00:00.000Z');
    expect(until('2026-12-01', undefined, 'America/New_York')).toBe('2026-12-02T05:00:00.000Z');
  });

  it('counts business days from Monday to Friday', () => {
    expect(until('2026-12-04', { businessDays: 0 })).toBe('2026-12-03T23:00:00.000Z');
    expect(until('2026-12-04', { businessDays: 1 })).toBe('2026-12-06T23:00:00.000Z');
    expect(until('2026-12-05', { businessDays: 1 })).toBe('2026-12-06T23:00:00.000Z');
    expect(until('2026-12-04', { businessDays: 6 })).toBe('2026-12-13T23:00:00.000Z');
  });

  it('is a week from now where they name no day, or one that is past', () => {
    expect(until(null)).toBe('2026-12-02T10:00:00.000Z');
    expect(until(null, { withoutDate: 'P2D' })).toBe('2026-11-27T10:00:00.000Z');
    expect(until('2026-11-20')).toBe('2026-12-02T10:00:00.000Z');
    expect(until('2026-02-30')).toBe('2026-12-02T10:00:00.000Z');
    expect(until('soon')).toBe('2026-12-02T10:00:00.000Z');
  });

  it('is no further than a year ahead', () => {
    expect(until('2031-01-01')).toBe(new Date(NOW + LONGEST_HOLD_MS).toISOString());
  });

  it('is nothing to a plan that goes on regardless', () => {
    expect(until('2026-12-01', { hold: false })).toBeNull();
  });
});

describe('outOfOffice and companyStop', () => {
  it('have defaults', () => {
    const plan = compiled([send('a')]);
    expect(plan.outOfOffice).toEqual({ businessDays: 1, withoutDate: { days: 7, ms: 0 } });
    expect(plan.companyStop).toBe(false);
    expect(compiled([send('a')], { companyStop: true }).companyStop).toBe(true);
  });

  it.each([
    [{ outOfOffice: { businessDays: 31 } }, 'outOfOffice.businessDays', 'from 0 to 30'],
    [{ outOfOffice: { businessDays: 1.5 } }, 'outOfOffice.businessDays', 'from 0 to 30'],
    [{ outOfOffice: { withoutDate: 'a week' } }, 'outOfOffice.withoutDate', 'ISO 8601'],
    [{ outOfOffice: { days: 1 } }, 'outOfOffice.days', 'not a key'],
    [{ outOfOffice: 'hold' }, 'outOfOffice', '{hold?, businessDays?, withoutDate?}'],
    [{ companyStop: 'yes' }, 'companyStop', 'true or false'],
  ])('%o is refused', (more, path, message) => {
    const parsed = parsePlan(plain(more));
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ path, message: expect.stringContaining(message) }],
    });
  });
});
