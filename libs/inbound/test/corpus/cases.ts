import type { Fixture, Language } from './fixture.ts';
import { reply } from './reply.ts';
import { responder } from './responder.ts';

/** A person's answer, as one of the mail programs sends it, our mail quoted below. */
export function human(
  name: string,
  language: Language,
  system: keyof typeof reply,
  text: string,
  subject?: string,
): Fixture {
  const written = { language, text, ...(subject === undefined ? {} : { subject }) };
  return { name, language, system, raw: reply[system](written), type: 'human' };
}

/** A person who wants no more mail. */
export function optOut(...given: Parameters<typeof human>): Fixture {
  return { ...human(...given), type: 'opt_out', facts: { via: 'words' } };
}

/** Somebody who is away, as one of the responders says it. */
export function away(
  name: string,
  language: Language,
  system: keyof typeof responder,
  returnDate: string | null,
  text: string,
  subject?: string,
): Fixture {
  const written = { language, text, ...(subject === undefined ? {} : { subject }) };
  const raw = responder[system](written);
  return { name, language, system, raw, type: 'out_of_office', facts: { returnDate } };
}

/** Somebody who has left for good, as one of the responders says it. */
export function gone(
  name: string,
  language: Language,
  system: keyof typeof responder,
  alternativeContact: string | null,
  text: string,
  subject?: string,
): Fixture {
  const fixture = away(name, language, system, null, text, subject);
  return { ...fixture, type: 'auto_reply', facts: { reason: 'gone', alternativeContact } };
}

/** Any other mail. */
export function other(
  name: string,
  language: Language,
  system: string,
  type: Fixture['type'],
  raw: string,
  facts: Readonly<Record<string, unknown>> = {},
): Fixture {
  return { name, language, system, type, raw, facts };
}
