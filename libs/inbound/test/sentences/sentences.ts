/** What people write in one language, without the mail around it. */
export interface Sentences {
  /** Ask for no more mail. */
  readonly optOuts: readonly string[];
  /** Do not, though many are said in the same words. */
  readonly others: readonly string[];
}
