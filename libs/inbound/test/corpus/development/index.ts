import type { Fixture } from '../fixture.ts';
import { ENGLISH } from './english.ts';
import { FRENCH } from './french.ts';
import { GERMAN } from './german.ts';
import { ITALIAN } from './italian.ts';
import { PORTUGUESE } from './portuguese.ts';
import { SERVERS } from './servers.ts';
import { SPANISH } from './spanish.ts';

/** Mails by which the rules were made general. */
export const DEVELOPMENT: readonly Fixture[] = [
  ...ENGLISH,
  ...GERMAN,
  ...FRENCH,
  ...SPANISH,
  ...ITALIAN,
  ...PORTUGUESE,
  ...SERVERS,
];
