import type { BounceKind, EpochMs } from '@cadenza/domain';
import type { InboundMail } from '../mail.ts';

/** Why a mail was taken for what it was taken for. */
export const INBOUND_SIGNS = [
  // Reports
  'feedback_report',
  'delivery_status',
  'failed_recipients_header',
  'bounce_sender',
  'bounce_subject',
  'bounce_text',
  'read_receipt',
  // Headers
  'auto_submitted',
  'null_sender',
  'precedence',
  'auto_reply_header',
  'list_headers',
  'machine_sender',
  // Words
  'auto_subject',
  'out_of_office_subject',
  'out_of_office_text',
  'return_date',
  'gone',
  'ticket',
  'challenge',
  'acknowledgement',
  'opt_out_address',
  'opt_out_subject',
  'opt_out_text',
  // Form
  'forward_subject',
  'forward_block',
  'embedded_mail',
  'answers_a_mail',
  'own_words',
  'no_words',
  // Where it comes from
  'classifier',
] as const;
export type InboundSign = (typeof INBOUND_SIGNS)[number];

interface Judged {
  /** 0 to 1: how sure it is. */
  readonly confidence: number;
  readonly signs: readonly InboundSign[];
}

/** One recipient that a mail did not reach. */
export interface BouncedRecipient {
  /** Lower case; null where the report does not name it. */
  readonly address: string | null;
  /** Enhanced status code (RFC 3463), such as `5.1.1`. */
  readonly statusCode: string | null;
  readonly kind: BounceKind;
  /** What the report says of the cause. */
  readonly reason: string | null;
}

/** A person wrote it. */
export interface HumanMail extends Judged {
  readonly type: 'human';
}

/** Somebody is away and will be back. */
export interface OutOfOfficeMail extends Judged {
  readonly type: 'out_of_office';
  /** The day on which the person is back, `YYYY-MM-DD`, where the mail says so. */
  readonly returnDate: string | null;
}

/** A machine answered: a ticket system, a challenge, a mailbox that nobody reads any more. */
export interface AutoReplyMail extends Judged {
  readonly type: 'auto_reply';
  readonly reason: AutoReplyReason;
  /** With reason `gone`: the address to write to instead, lower case, where the mail names one. */
  readonly alternativeContact: string | null;
}

/**
 * `gone`: the person has left for good; `challenge`: the sender is to prove something first;
 * `ticket`: a case was opened; `receipt`: the mail was delivered or displayed; `bulk`: a mailing of
 * somebody; `other`: anything else that a machine sent.
 */
export type AutoReplyReason = 'gone' | 'challenge' | 'ticket' | 'receipt' | 'bulk' | 'other';

/** A mail of ours did not arrive, or not yet. */
export interface BounceMail extends Judged {
  readonly type: 'bounce';
  /** Those that were not reached; where some have failed, those that are only late are left out. */
  readonly recipients: readonly BouncedRecipient[];
  /** Nothing has failed: the server goes on trying. */
  readonly delayed: boolean;
  /** The Message-ID of our mail, with its angle brackets, where the report holds it. */
  readonly originalMessageId: string | null;
}

/** A recipient called a mail of ours spam. */
export interface ComplaintMail extends Judged {
  readonly type: 'complaint';
  /** Lower case; null where the report conceals it. */
  readonly recipient: string | null;
  readonly originalMessageId: string | null;
  readonly feedbackType: string | null;
}

/** A person wants no more mail. */
export interface OptOutMail extends Judged {
  readonly type: 'opt_out';
  /** `address`: it was sent to an unsubscribe address; `words`: it says so. */
  readonly via: 'address' | 'words';
}

/** A person passed a mail on. */
export interface ForwardedMail extends Judged {
  readonly type: 'forwarded';
}

/** What a mail is. */
export type InboundClass =
  | HumanMail
  | OutOfOfficeMail
  | AutoReplyMail
  | BounceMail
  | ComplaintMail
  | OptOutMail
  | ForwardedMail;

export type InboundClassType = InboundClass['type'];

/** What a judgement depends on besides the mail. */
export interface ClassifyContext {
  /** When the mail came in: dates without a year are read as seen from here. */
  readonly now: EpochMs;
  /** IANA time zone of the person that answers; UTC where it is not known. */
  readonly timezone?: string;
}

/**
 * Tells what a mail is where rules cannot, such as a language model. It may fail and may be wrong:
 * see `classifyWith`.
 */
export interface InboundClassifier {
  classify(mail: InboundMail, context: ClassifyContext): Promise<InboundClass>;
}
