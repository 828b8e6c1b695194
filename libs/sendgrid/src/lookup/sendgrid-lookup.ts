import type { Clock, LookupAnswer, MessageInquiry, MessageLookup } from '@cadenza/domain';
import { createHttpTransport } from '../transport/http-transport.ts';
import { resolveConnection, type SendGridConnectionOptions } from '../transport/options.ts';
import { askActivity } from './activity.ts';
import type { Answers } from './attempt.ts';
import { askLogs } from './logs.ts';
import { askOver, failure } from './reading.ts';

export interface SendGridLookupOptions extends SendGridConnectionOptions {
  /** Campaign time: tells what SendGrid does not keep any more. */
  readonly clock: Clock;
}

/** SendGrid keeps activity and logs for 30 days; the last of them is not relied on. */
const RETENTION_MS = 29 * 86_400_000;

/**
 * Whether SendGrid has accepted attempts, by their custom arguments: from Email Activity, and where
 * that is not to be had (an add-on) from Email Logs. Requests are made one after another, since few
 * are allowed, and none is repeated: the first that fails ends the look-up, and what was not asked
 * by then is answered with its failure.
 *
 * Throws `InvalidInputError` for unusable options; `lookUp` itself never throws.
 */
export function createSendGridLookup(options: SendGridLookupOptions): MessageLookup {
  const transport = createHttpTransport(resolveConnection(options));
  const ask = askOver(transport);

  async function askAll(inquiries: readonly MessageInquiry[]): Promise<readonly LookupAnswer[]> {
    const answers: Answers = new Map();
    let ended = await askActivity(ask, inquiries, answers);
    if (ended?.cause === 'not_enabled') {
      const open = inquiries.filter((inquiry) => !answers.has(inquiry));
      ended = await askLogs(ask, open, answers);
    }
    const unasked = ended ?? failure('unexpected_answer', 'not asked');
    return inquiries.map((inquiry) => answers.get(inquiry) ?? unasked);
  }

  return {
    async lookUp(inquiries) {
      const kept = options.clock.now() - RETENTION_MS;
      const answers = await askAll(inquiries);
      return answers.map((answer, index) => {
        const since = inquiries[index]?.since ?? -Infinity;
        return answer.kind === 'not_found' && since < kept
          ? failure('out_of_retention', 'older than what SendGrid keeps')
          : answer;
      });
    },
    close: () => transport.close(),
  };
}
