import type { MessageReference } from './events.ts';
import type { HandOffDeadline, SendOutcome } from './mail.ts';

/** A rendered text message, ready for a provider. */
export interface OutboundSms {
  readonly reference: MessageReference;
  /** Whom it comes from: a number (E.164), a short code, or up to 11 letters and digits. */
  readonly from: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

/**
 * The port through which text messages leave, with the outcomes of `MailProvider`. Never throws for
 * a provider's answer.
 */
export interface SmsProvider {
  send(sms: OutboundSms, deadline: HandOffDeadline): Promise<SendOutcome>;
  close(): Promise<void>;
}

/** Alphanumeric sender id: 1 to 11 letters, digits and blanks, at least one letter. */
const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9 ]{0,9}[A-Za-z0-9])?$/;
const SHORT_CODE = /^\d{3,8}$/;

/** Whether an sms sender that is no phone number can be one all the same. */
export function isSmsSenderId(value: string): boolean {
  return ALPHANUMERIC.test(value) || SHORT_CODE.test(value);
}
