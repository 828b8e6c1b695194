import type { EpochMs } from '@cadenza/domain';

/** An address as SendGrid takes it. */
export interface Party {
  readonly email: string;
  readonly name?: string;
}

/** One personalization of a request that was valid, with the request's common parts merged in. */
export interface AcceptedPart {
  readonly index: number;
  readonly to: readonly Party[];
  readonly cc: readonly Party[];
  readonly bcc: readonly Party[];
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly customArgs: Readonly<Record<string, string>>;
  /** When it is to be sent, campaign time; null means at once. */
  readonly sendAt: EpochMs | null;
}

/** A request to `/v3/mail/send` that was valid. */
export interface MailRequest {
  readonly from: Party;
  readonly parts: readonly AcceptedPart[];
  readonly content: readonly { readonly type: string; readonly value: string }[];
  readonly categories: readonly string[];
  readonly batchId: string | null;
  readonly asmGroupId: number | null;
  readonly sandbox: boolean;
  readonly bypassLists: boolean;
  readonly openTracking: boolean;
  readonly clickTracking: boolean;
}
