/** Names of months and weekdays in seven languages, as `fold` leaves them. */

const MONTH_NAMES: readonly string[] = [
  'january jan januar janner janvier janv enero ene gennaio gen janeiro januari',
  'february feb februar fevrier fevr fev febrero febbraio fevereiro februari',
  'march mar marz maerz mars marzo marco maart mrt',
  'april apr avril avr abril abr aprile',
  'may mai mayo maggio mag maio mei',
  'june jun juni juin junio giugno giu junho',
  'july jul juli juillet juil julio luglio lug julho',
  'august aug aout agosto ago augustus',
  'september sept sep septembre septiembre setiembre settembre set setembro',
  'october oct oktober okt octobre octubre ottobre ott outubro out',
  'november nov novembre noviembre novembro',
  'december dec dezember dez decembre diciembre dic dicembre dezembro',
];

const ENGLISH_MONTHS =
  'january jan february feb march mar april apr may june jun july jul august aug september sept sep ' +
  'october oct november nov december dec';

const WEEKDAY_NAMES: readonly string[] = [
  'monday mon montag lundi lunes lunedi segunda maandag',
  'tuesday tue tues dienstag mardi martes martedi terca dinsdag',
  'wednesday wed mittwoch mercredi miercoles mercoledi quarta woensdag',
  'thursday thu thurs donnerstag jeudi jueves giovedi quinta donderdag',
  'friday fri freitag vendredi viernes venerdi sexta vrijdag',
  'saturday sat samstag sonnabend samedi sabado sabato zaterdag',
  'sunday sun sonntag dimanche domingo domenica zondag',
];

function numbers(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    names.flatMap((line, index) => line.split(' ').map((name) => [name, index + 1] as const)),
  );
}

export const MONTHS = numbers(MONTH_NAMES);
export const WEEKDAYS = numbers(WEEKDAY_NAMES);

/** The longest first, so that an alternation does not stop at a name's beginning. */
function alternation(names: Iterable<string>): string {
  return [...names].sort((a, b) => b.length - a.length).join('|');
}

// `out` is October in Portuguese, and no month in `out of office`.
export const MONTH = alternation(MONTHS.keys()).replace('|out|', '|out(?! of)|');
export const ENGLISH_MONTH = alternation(ENGLISH_MONTHS.split(' '));
export const WEEKDAY = alternation(WEEKDAYS.keys());
/** Abbreviations are words of their own elsewhere (`mon`, `sat`): they count before a date alone. */
export const WHOLE_WEEKDAY = alternation([...WEEKDAYS.keys()].filter((name) => name.length > 4));
