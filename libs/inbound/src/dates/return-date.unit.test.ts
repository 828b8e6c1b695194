import { describe, expect, it } from 'vitest';
import { NOW } from '../../test/corpus/fixture.ts';
import { findReturnDate } from './return-date.ts';

const NOTES: readonly (readonly [note: string, date: string | null])[] = [
  ['I am out of the office until Monday 7 December.', '2026-12-07'],
  ['Ich bin bis einschließlich 5.1. nicht im Büro.', '2027-01-06'],
  ['I will be back on Dec 3rd, 2026.', '2026-12-03'],
  ['Out from December 21 through January 3, returning January 4.', '2027-01-04'],
  ['I will be out of the office from December 21 through January 3.', '2027-01-04'],
  [
    'Ich bin vom 21.12. bis 03.01. im Urlaub. Ab dem 04.01. bin ich wieder erreichbar.',
    '2027-01-04',
  ],
  ['Ich bin vom 21.12.2026 bis 03.01.2027 nicht im Haus.', '2027-01-04'],
  ['Ich bin bis zum 7. Dezember 2026 nicht erreichbar', '2026-12-07'],
  ['Je suis absente du 21 décembre au 3 janvier inclus.', '2027-01-04'],
  ["Je suis absent du bureau jusqu'au lundi 7 décembre.", '2026-12-07'],
  ['Je serai de retour le 1er janvier 2027', '2027-01-01'],
  ['Estaré fuera de la oficina hasta el 7 de diciembre de 2026.', '2026-12-07'],
  ['Estaré de vacaciones del 21 al 27 de diciembre.', '2026-12-28'],
  ['Regreso el 04/01/2027.', '2027-01-04'],
  ['Sono assente dal 21 dicembre al 6 gennaio compreso.', '2027-01-07'],
  ['Rientrerò lunedì 7 dicembre.', '2026-12-07'],
  ['Estou ausente até 07/12/2026.', '2026-12-07'],
  ['Estarei de férias de 1 a 15 de dezembro, regresso a 16 de dezembro.', '2026-12-16'],
  ["I'm out of the office and will be back next Monday.", '2026-11-30'],
  ['Back tomorrow.', '2026-11-27'],
  ["Je suis en congés jusqu'à mon retour.", null],
  ['I am out until 12/07.', '2026-12-07'],
  ['I was away until 3 March 2025', null],
  ["I'm out today, 26 November.", '2026-11-27'],
  ['Ich bin am Montag wieder da.', '2026-11-30'],
  ['Abwesend bis 5.1.', '2027-01-05'],
  ['Wieder erreichbar ab Montag, 07.12.2026', '2026-12-07'],
  ['Ich bin vom 21.-24.12. im Urlaub', '2026-12-25'],
  ['Dec 21-24 out of office', '2026-12-25'],
  [
    'I will be returning to the office on Monday, December 7th. For urgent matters call before 27 November.',
    '2026-12-07',
  ],
  ['My last day is today', null],
  ['On 7 December I will be back.', '2026-12-07'],
  ['Thank you for your message of 24 November. I am on leave until 02/12/2026', '2026-12-02'],
  ['I am away next week, back on the 7th of December', '2026-12-07'],
  ['I am on vacation next week', '2026-12-07'],
  ['I am away and back on the 10th.', '2026-12-10'],
  ['Je reprends le lundi 7.', '2026-12-07'],
  ['Winterpause, wir öffnen am 5. Januar.', '2027-01-05'],
];

describe('findReturnDate', () => {
  it.each(NOTES)('%s → %s', (note, date) => {
    expect(findReturnDate(note, { now: NOW })).toBe(date);
  });

  it.each([
    ['America/New_York', null, '2027-01-02'],
    ['Europe/London', null, '2027-02-01'],
    [undefined, -300, '2027-01-02'],
    [undefined, 60, '2027-02-01'],
  ])('reads 01/02 as in %s, at an offset of %s', (timezone, offset, date) => {
    const place = timezone === undefined ? {} : { timezone };
    const note = 'I am out of the office until 01/02/2027.';
    expect(findReturnDate(note, { now: NOW, offset, ...place })).toBe(date);
  });

  it('takes the weekday’s word for which number is the month', () => {
    const note = 'I am out of the office until Friday 12/02/2027.';
    expect(findReturnDate(note, { now: NOW, timezone: 'America/New_York' })).toBe('2027-02-12');
  });

  it.each([
    ['Pacific/Auckland', '2026-11-28'],
    ['America/Los_Angeles', '2026-11-27'],
    ['Nowhere/Land', '2026-11-27'],
  ])('knows what tomorrow is in %s', (timezone, date) => {
    const now = Date.UTC(2026, 10, 26, 12);
    expect(findReturnDate('I am back tomorrow.', { now, timezone })).toBe(date);
  });

  it('knows no day that the calendar has not', () => {
    expect(findReturnDate('I am away until 31 November.', { now: NOW })).toBe(null);
  });
});
