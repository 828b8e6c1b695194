import type { Fixture } from '../fixture.ts';
import { BLIND_PEOPLE_1 } from './people-1.ts';
import { BLIND_PEOPLE_2 } from './people-2.ts';
import { BLIND_PEOPLE_3 } from './people-3.ts';
import { BLIND_PEOPLE_4 } from './people-4.ts';
import { BLIND_ABSENCES_1 } from './absences-1.ts';
import { BLIND_ABSENCES_2 } from './absences-2.ts';
import { BLIND_ABSENCES_3 } from './absences-3.ts';
import { BLIND_OPT_OUTS_1 } from './opt-outs-1.ts';
import { BLIND_OPT_OUTS_2 } from './opt-outs-2.ts';
import { BLIND_OPT_OUTS_3 } from './opt-outs-3.ts';
import { BLIND_BOUNCES_1 } from './bounces-1.ts';
import { BLIND_BOUNCES_2 } from './bounces-2.ts';
import { BLIND_BOUNCES_3 } from './bounces-3.ts';
import { BLIND_BOUNCES_4 } from './bounces-4.ts';
import { BLIND_OTHERS_1 } from './others-1.ts';
import { BLIND_OTHERS_2 } from './others-2.ts';
import { BLIND_OTHERS_3 } from './others-3.ts';

/**
 * Mails held out a third time, written by somebody who had read neither the rules nor the other mails.
 * What they hold in odd encodings is written by the helpers. `returnDate` is the first day back, also
 * where a note names the last day away.
 */
export const BLIND: readonly Fixture[] = [
  ...BLIND_PEOPLE_1,
  ...BLIND_PEOPLE_2,
  ...BLIND_PEOPLE_3,
  ...BLIND_PEOPLE_4,
  ...BLIND_ABSENCES_1,
  ...BLIND_ABSENCES_2,
  ...BLIND_ABSENCES_3,
  ...BLIND_OPT_OUTS_1,
  ...BLIND_OPT_OUTS_2,
  ...BLIND_OPT_OUTS_3,
  ...BLIND_BOUNCES_1,
  ...BLIND_BOUNCES_2,
  ...BLIND_BOUNCES_3,
  ...BLIND_BOUNCES_4,
  ...BLIND_OTHERS_1,
  ...BLIND_OTHERS_2,
  ...BLIND_OTHERS_3,
];
