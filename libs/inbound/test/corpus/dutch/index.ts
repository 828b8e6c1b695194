import type { Fixture } from '../fixture.ts';
import { DUTCH_MACHINES } from './machines.ts';
import { DUTCH_PEOPLE } from './people.ts';

/** Mails in Dutch, the seventh language, by which its words were gathered. */
export const DUTCH: readonly Fixture[] = [...DUTCH_PEOPLE, ...DUTCH_MACHINES];
