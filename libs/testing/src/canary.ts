/**
 * Stands in bodies of fixtures: mails, text messages, answers. `npm test` looks for it in all that was
 * logged, where no body may be.
 */
export const BODY_CANARY = 'canary-of-bodies-41f7';
