import { ABSENCES } from './absences.ts';
import type { Fixture } from './fixture.ts';
import { MACHINES } from './machines.ts';
import { FORWARDS, OPT_OUTS } from './opt-outs.ts';
import { REPLIES } from './replies.ts';
import { BOUNCES } from './bounces.ts';
import { COMPLAINTS, OTHER_REPORTS } from './complaints.ts';

/** The mails by which the rules were made. */
export const CORPUS: readonly Fixture[] = [
  ...REPLIES,
  ...ABSENCES,
  ...MACHINES,
  ...BOUNCES,
  ...COMPLAINTS,
  ...OTHER_REPORTS,
  ...OPT_OUTS,
  ...FORWARDS,
];
