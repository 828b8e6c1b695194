/**
 * GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1). Each character takes one septet.
 */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Its extension (§6.2.1.1): an escape and a character, so two septets. */
const EXTENSION = '\f^{}\\[~]|€';

const SEPTETS: ReadonlyMap<string, number> = new Map([
  ...[...BASIC].map((character) => [character, 1] as const),
  ...[...EXTENSION].map((character) => [character, 2] as const),
]);

/** Units of a message that fits into one segment, and of each segment of a longer one. */
const ROOM = { gsm7: { alone: 160, joined: 153 }, ucs2: { alone: 70, joined: 67 } } as const;

/** How long a text is as SMS. */
export interface SmsLength {
  /** `ucs2` as soon as one character is not in the GSM alphabet. */
  readonly encoding: 'gsm7' | 'ucs2';
  /** Septets, or units of 16 bits. */
  readonly units: number;
  /** Messages that it is sent as, each of which is paid for; 0 of an empty text. */
  readonly segments: number;
}

/** Segments that a text may have at most: what carriers join, and more is no message any more. */
export const MOST_SMS_SEGMENTS = 10;

/**
 * Counts a text as carriers do: 160 septets or 70 units of UCS-2 alone, 153 or 67 in each segment of
 * several, since a header takes the rest (3GPP TS 23.040 §9.2.3.24.1). What takes two units, such as
 * `€` or an emoji, is never divided between two segments.
 */
export function smsLength(text: string): SmsLength {
  const septets = [...text].map((character) => SEPTETS.get(character));
  return septets.includes(undefined)
    ? counted(
        'ucs2',
        [...text].map((character) => character.length),
      )
    : counted(
        'gsm7',
        septets.map((size) => size ?? 0),
      );
}

function counted(encoding: SmsLength['encoding'], sizes: readonly number[]): SmsLength {
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, joined } = ROOM[encoding];
  if (units <= alone) return { encoding, units, segments: units === 0 ? 0 : 1 };
  let segments = 1;
  let filled = 0;
  for (const size of sizes) {
    if (filled + size > joined) {
      segments += 1;
      filled = 0;
    }
    filled += size;
  }
  return { encoding, units, segments };
}
