/**
 * Where a cell can begin for one program or another, at the beginning of a text and behind every usual
 * delimiter, and what may stand before its first character: quotes and blanks.
 */
const BEGINNING = String.raw`(^|[,;|\t\r\n])(["\s]*)`;
/** What makes a cell a formula; in East Asia these are typed wide. */
const SIGN = String.raw`[=+\-@\uff1d\uff0b\uff0d\uff20]`;
const FORMULA = new RegExp(`${BEGINNING}(?=${SIGN})`, 'g');
const NEUTRALISED = new RegExp(`${BEGINNING}'(?=${SIGN})`, 'g');

/** A text in which no spreadsheet finds a formula, by whatever delimiter it splits it. */
export function withoutFormulas(text: string): string {
  return text.replace(FORMULA, "$1$2'");
}

/** What {@link withoutFormulas} was given. */
export function withFormulas(text: string): string {
  return text.replace(NEUTRALISED, '$1$2');
}
