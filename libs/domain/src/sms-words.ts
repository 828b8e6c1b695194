/** What a text message can ask for by one word. */
export const SMS_KEYWORDS = ['stop', 'start', 'help'] as const;
export type SmsKeyword = (typeof SMS_KEYWORDS)[number];

/** Languages in which such words are known, and answered. */
export const SMS_LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt'] as const;
export type SmsLanguage = (typeof SMS_LANGUAGES)[number];

/** A word that was understood. */
export interface SmsWord {
  readonly keyword: SmsKeyword;
  readonly language: SmsLanguage;
}
