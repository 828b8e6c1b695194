/** What people say who are away, in one language. Patterns for folded text on one line. */
export interface AbsenceLanguage {
  /** How the subject of a note begins, an answer's prefix aside. */
  readonly subject: RegExp;
  /** Says in so many words, in the present or the future, that the writer is away. */
  readonly says: RegExp;
  /** Words that say as much where a machine is known to have answered, and nothing in a person's mail. */
  readonly hints: RegExp;
  /** What stands in notes that are written once for everybody, and hardly in answers to one person. */
  readonly templates: readonly RegExp[];
  /** What else a note of absence is about: who stands in, what is urgent, when mail is read. */
  readonly asides: RegExp;
  /** Greetings, thanks, wishes and closings: the beginning of a clause. */
  readonly courtesies: RegExp;
  /** Answers the mail, or tells of somebody else's absence, or of one that is over. */
  readonly answers: RegExp;
}

/** Any of these, each from the beginning of a word. */
export function oneOf(...forms: readonly string[]): RegExp {
  return new RegExp(`(?<![a-z])(?:${forms.join('|')})`);
}
