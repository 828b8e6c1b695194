import type { Clock } from '@cadenza/domain';
import { createPoster, type PostAnswer } from '../webhook/post.ts';
import type { WebhookSigner } from '../webhook/signer.ts';
import { inboundForm, type InboundMailSettings } from './inbound-mail.ts';

/** SendGrid's Inbound Parse. */
export interface InboundParse {
  /**
   * Takes a mail in and posts it, once.
   *
   * @param options.signed whether it carries SendGrid's signature, made with the key of the event
   *   webhook; true by default.
   */
  receive(
    mail: InboundMailSettings,
    options: { readonly url: string; readonly signed?: boolean | undefined },
  ): Promise<PostAnswer>;
  close(): void;
}

/** Real milliseconds that the receiver may take. */
const TIMEOUT_MS = 60_000;

export function createInboundParse(parts: {
  readonly clock: Clock;
  readonly signer: WebhookSigner;
}): InboundParse {
  const poster = createPoster();
  return {
    receive(mail, { url, signed = true }) {
      const now = parts.clock.now();
      const { contentType, body } = inboundForm(mail, new Date(now));
      const signature = parts.signer.headers(String(Math.floor(now / 1_000)), body);
      return poster.post(
        new URL(url),
        { 'Content-Type': contentType, ...(signed ? signature : {}) },
        body,
        TIMEOUT_MS,
      );
    },
    close: () => poster.close(),
  };
}
