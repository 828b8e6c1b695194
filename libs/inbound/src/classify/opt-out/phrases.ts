/**
 * Patterns made of a language's words. In a form, `<name>` stands for one of the words of that name,
 * `~3` for up to three words between, and `~~3` for as many that may have a comma among them. In a
 * word, `*` stands for any ending.
 */

export type Vocabulary = Readonly<Record<string, string>>;

/** What a language says about being written to, all of it in patterns for one normalized sentence. */
export interface OptOutLanguage {
  /** A whole message, or a whole subject, without politeness. */
  readonly whole: readonly RegExp[];
  /** Asks to be taken out, to be forgotten, or objects. */
  readonly requests: readonly RegExp[];
  /** Wants no more mail; but only for a time where `deferred` stands beside it. */
  readonly refusals: readonly RegExp[];
  /** `Not before Thursday`, `not by phone`. */
  readonly deferred: readonly RegExp[];
  /** Asks for the contrary, or for something that is said in the same words. */
  readonly contrary: readonly RegExp[];
  /** Asks what a product can do. Counts in questions alone. */
  readonly inquiry: readonly RegExp[];
  /** Left out before `whole` is asked. */
  readonly politeness: readonly RegExp[];
}

const WORD = '[^ ,]{1,40}';

export function phrases(vocabulary: Vocabulary): (...forms: string[]) => RegExp[] {
  const named = (text: string): string =>
    text.replaceAll(/<(\w+)>/g, (_, name: string) => {
      const words = vocabulary[name];
      if (words === undefined) throw new Error(`phrase names "<${name}>", which has no words`);
      return `(?:${named(words)})`;
    });
  const pattern = (form: string) =>
    named(form)
      .replaceAll(/~~(\d) /g, `(?:(?:${WORD}|,) ){0,$1}`)
      .replaceAll(/~(\d) /g, `(?:${WORD} ){0,$1}`)
      .replaceAll('*', '[a-z]{0,12}')
      .replaceAll('$', ' ?$');
  return (...forms) => forms.map((form) => new RegExp(`(?<![a-z'])(?:${pattern(form)})(?![a-z])`));
}
