import type { Fixture, Language } from '../fixture.ts';
import { reply } from '../reply.ts';
import { responder } from '../responder.ts';
import type { Written } from '../written.ts';

export const person = (name: string, system: keyof typeof reply, written: Written): Fixture => ({
  name,
  language: written.language,
  system,
  raw: reply[system](written),
  type: 'human',
});

export const optOut = (name: string, system: keyof typeof reply, written: Written): Fixture => ({
  ...person(name, system, written),
  type: 'opt_out',
});

export const away = (
  name: string,
  system: keyof typeof responder,
  returnDate: string | null,
  written: Written,
): Fixture => ({
  name,
  language: written.language,
  system,
  raw: responder[system](written),
  type: 'out_of_office',
  facts: { returnDate },
});

export const other = (
  name: string,
  language: Language,
  system: string,
  type: Fixture['type'],
  raw: string,
  facts: Readonly<Record<string, unknown>> = {},
): Fixture => ({ name, language, system, type, raw, facts });

export const from = 'Pat Muster <pat@example.net>';
export const failed = (status: string, said: string) =>
  `Final-Recipient: RFC822; pat@example.net\nAction: failed\nStatus: ${status}\nDiagnostic-Code: smtp; ${said}`;
