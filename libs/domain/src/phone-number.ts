import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** What a phone number has to be, as the end of a sentence that begins with "expected". */
export const PHONE_NUMBER_EXPECTED =
  'a phone number with its country code (E.164) such as +49 30 1234567';

/**
 * A phone number in the form in which numbers are compared and sent to, E.164 (ITU-T): a plus sign,
 * country code and digits. The signs by which people group digits are left out. A number without its
 * country code, or of a length that its country does not have, is none.
 *
 * Whether a number has been given out nobody knows but its carrier: ranges come into use sooner
 * than lists of them, so that none is refused for its range.
 *
 * @returns null where it is none.
 */
export function normalizePhone(value: string): string | null {
  const text = value.trim();
  if (text.length > MOST_CHARACTERS) return null;
  const found = parsePhoneNumberFromString(text, { extract: false });
  if (found === undefined || found.ext !== undefined || !found.isPossible()) return null;
  return found.number;
}

/** With all that groups digits. */
const MOST_CHARACTERS = 40;
