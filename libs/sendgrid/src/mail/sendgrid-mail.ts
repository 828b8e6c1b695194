import type { IncomingHttpHeaders } from 'node:http';
import type { MailProvider } from '@cadenza/domain';
import { MailService } from '@sendgrid/mail';
import { createHttpTransport } from '../transport/http-transport.ts';
import { resolveConnection, type SendGridConnectionOptions } from '../transport/options.ts';
import { composeMail, personalValues, type VendorMail } from './compose.ts';
import { HandOffClient, UnansweredError } from './hand-off-client.ts';
import { outcomeOfAnswer, outcomeOfRefusal, outcomeOfSilence } from './outcome.ts';

export interface SendGridMailOptions extends SendGridConnectionOptions {
  /** Has SendGrid validate messages without sending them; false by default. */
  readonly sandboxMode?: boolean | undefined;
}

/** What the vendor's service says that it takes; it takes its own messages as they are, too. */
type MailData = Exclude<Parameters<MailService['send']>[0], readonly unknown[]>;

/** What our transport gave the vendor's client, which types it as anything at all. */
type VendorAnswer = readonly [
  { readonly statusCode: number; readonly headers: IncomingHttpHeaders; readonly body: unknown },
  unknown,
];

/**
 * Mail over SendGrid's `POST /v3/mail/send`. One call of `send` is at most one request: nothing is
 * repeated, and past the deadline nothing is written.
 *
 * Throws `InvalidInputError` for unusable options; `send` itself never throws.
 */
export function createSendGridMail(options: SendGridMailOptions): MailProvider {
  const transport = createHttpTransport(resolveConnection(options));
  const sandboxMode = options.sandboxMode ?? false;

  return {
    async send(mail, deadline) {
      const personal = personalValues(mail);
      let composed: VendorMail;
      try {
        composed = composeMail(mail, sandboxMode);
      } catch (error) {
        return outcomeOfRefusal(error, personal);
      }
      const service = new MailService();
      service.setClient(new HandOffClient(transport, deadline));
      try {
        const [{ statusCode, headers, body }] = (await service.send(
          composed as unknown as MailData,
        )) as VendorAnswer;
        return outcomeOfAnswer(
          { status: statusCode, headers, body },
          { sandboxMode, personal, now: Date.now() },
        );
      } catch (error) {
        return error instanceof UnansweredError
          ? outcomeOfSilence(error.result, personal)
          : outcomeOfRefusal(error, personal);
      }
    },
    close: () => transport.close(),
  };
}
