import type { Fixture } from '../fixture.ts';
import { CHECK_ABSENCES } from './absences.ts';
import { CHECK_OPT_OUTS } from './opt-outs.ts';
import { CHECK_REPLIES } from './replies.ts';

/** Mails written before the rules were made general, and measured again only when they had been. */
export const CHECK: readonly Fixture[] = [...CHECK_REPLIES, ...CHECK_ABSENCES, ...CHECK_OPT_OUTS];
