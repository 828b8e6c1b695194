import type { InboundMail } from '../mail.ts';
import { headerValue } from '../parse/header-fields.ts';
import type { AutoReplyMail, ComplaintMail } from './inbound-class.ts';

/** Kinds of reports (RFC 5965 §7.3, RFC 6591) by which nobody complains. */
const NO_COMPLAINTS = ['not-spam', 'auth-failure', 'dkim', 'dmarc'];

/** What a feedback report says (RFC 5965); null where the mail holds none. */
export function classifyFeedback(mail: InboundMail): ComplaintMail | AutoReplyMail | null {
  const { feedback, original } = mail;
  const marked = original && headerValue(original.headers, 'x-hmxmroriginalrecipient');
  if (feedback === null && !marked) return null;
  const feedbackType = feedback?.feedbackType ?? null;
  const signs = ['feedback_report'] as const;
  if (feedbackType !== null && NO_COMPLAINTS.includes(feedbackType)) {
    return {
      type: 'auto_reply',
      reason: 'other',
      alternativeContact: null,
      confidence: 0.9,
      signs,
    };
  }
  const named = feedback?.originalRecipients[0] ?? marked ?? original?.recipients[0] ?? null;
  return {
    type: 'complaint',
    recipient: named?.toLowerCase() ?? null,
    originalMessageId: original?.messageId ?? null,
    feedbackType,
    confidence: 0.99,
    signs,
  };
}
