import type { InboundMail } from '../mail.ts';
import type { ClassifyContext, InboundClass } from './inbound-class.ts';

/** What a mail is, by rules. */
export function classifyInbound(_mail: InboundMail, _context: ClassifyContext): InboundClass {
  return { type: 'human', confidence: 0, signs: [] };
}
