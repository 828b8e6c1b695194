import type { EpochMs } from '@cadenza/domain';

/** A mailbox as a header names it. */
export interface InboundAddress {
  /** Lower case. */
  readonly address: string;
  /** The display name, decoded; null where there is none. */
  readonly name: string | null;
}

/** One header field. */
export interface InboundHeader {
  /** Lower case. */
  readonly name: string;
  /** Unfolded; words encoded by RFC 2047 are left as they came. */
  readonly value: string;
}

/** A part of the mail that is not its text. */
export interface InboundAttachment {
  readonly filename: string | null;
  /** Lower case, without parameters, such as `application/pdf`. */
  readonly contentType: string;
  /** Bytes, decoded. */
  readonly size: number;
  /** Without its angle brackets. */
  readonly contentId: string | null;
  /** `attachment`, `inline` or what else stood there. */
  readonly disposition: string | null;
  readonly content: Uint8Array;
}

/** What became of the mail for one recipient (RFC 3464 §2.3). */
export interface DeliveryRecipient {
  /** Lower case, without its type; null where the field is absent. */
  readonly finalRecipient: string | null;
  /** The same, as the sender had written it. */
  readonly originalRecipient: string | null;
  /** Lower case: `failed`, `delayed`, `delivered`, `relayed`, `expanded` by the standard. */
  readonly action: string | null;
  /** Enhanced status code (RFC 3463), such as `5.1.1`. */
  readonly status: string | null;
  /** What the remote server said, without its type. */
  readonly diagnosticCode: string | null;
  readonly remoteMta: string | null;
  /** All fields of this recipient. */
  readonly fields: readonly InboundHeader[];
}

/** A delivery status notification (RFC 3464). */
export interface DeliveryStatus {
  readonly reportingMta: string | null;
  readonly originalEnvelopeId: string | null;
  /** The fields that concern the message as a whole. */
  readonly fields: readonly InboundHeader[];
  readonly recipients: readonly DeliveryRecipient[];
}

/** A report of an abuse desk or a mailbox provider (RFC 5965). */
export interface FeedbackReport {
  /** Lower case: `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure`, `other`. */
  readonly feedbackType: string | null;
  readonly userAgent: string | null;
  readonly originalMailFrom: string | null;
  /** Lower case; often left out or blackened. */
  readonly originalRecipients: readonly string[];
  readonly fields: readonly InboundHeader[];
}

/** The mail that a report or a forward carries within it, as far as its headers were sent. */
export interface EmbeddedOriginal {
  /** With its angle brackets. */
  readonly messageId: string | null;
  readonly from: InboundAddress | null;
  /** Addresses in To, Cc and Delivered-To, lower case. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly headers: readonly InboundHeader[];
}

/** What was wrong with a mail, or had to be left out of it. */
export const INBOUND_FLAWS = [
  /** More bytes than the limit: the rest was not looked at. */
  'too_large',
  /** Parts within parts beyond the limit: only headers and the bare body were read. */
  'too_deep',
  /** Header bytes beyond the limit: likewise. */
  'headers_too_large',
  /** Header fields beyond the limit: the rest was left out. */
  'too_many_headers',
  /** More parts than the limit. */
  'too_many_parts',
  /** Lines far shorter and more than a mail has: only headers and the bare body were read. */
  'too_many_lines',
  'text_truncated',
  'html_truncated',
  /** The parser gave up: only headers and the bare body were read. */
  'unreadable',
  'no_headers',
  'no_from',
  'bad_date',
  /** The provider's `envelope`, `charsets`, `attachment-info` or `content-ids` was not readable. */
  'bad_fields',
] as const;
export type InboundFlaw = (typeof INBOUND_FLAWS)[number];

/** A mail that came in. */
export interface InboundMail {
  /** With its angle brackets, as it is stored of mail that we send. */
  readonly messageId: string | null;
  readonly inReplyTo: readonly string[];
  /** In the order of the header, the first of the thread first. */
  readonly references: readonly string[];
  readonly from: InboundAddress | null;
  /** The sender in the envelope, lower case: `''` for the null sender, null where nothing tells. */
  readonly returnPath: string | null;
  /** Envelope recipients first, then To, Cc, Delivered-To and X-Original-To; lower case, each once. */
  readonly recipients: readonly string[];
  /** Decoded, on one line; empty where there is none. */
  readonly subject: string;
  /** The Date header; null where it is absent or no date. */
  readonly date: EpochMs | null;
  readonly headers: readonly InboundHeader[];
  /** The plain text, made from the HTML where there is none; `\n` ends lines. */
  readonly text: string;
  readonly html: string | null;
  readonly attachments: readonly InboundAttachment[];
  readonly deliveryStatus: DeliveryStatus | null;
  readonly feedback: FeedbackReport | null;
  /** The first mail within it: `message/rfc822` or `text/rfc822-headers`. */
  readonly original: EmbeddedOriginal | null;
  readonly flaws: readonly InboundFlaw[];
}
