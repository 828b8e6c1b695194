import type {
  Clock,
  LookupAnswer,
  MessageHistory,
  MessageInquiry,
  MessageLookup,
} from '@cadenza/domain';
import { createHttpTransport } from '../transport/http-transport.ts';
import { resolveConnection, type SendGridConnectionOptions } from '../transport/options.ts';
import { askActivity } from './activity.ts';
import type { Answers } from './attempt.ts';
import { askHistory } from './history.ts';
import { askLogs } from './logs.ts';
import { askOver, failure } from './reading.ts';

export interface SendGridLookupOptions extends SendGridConnectionOptions {
  /** Campaign time: tells what SendGrid does not keep any more. */
  readonly clock: Clock;
  /** Called where Email Activity is not to be had, each time that Email Logs are asked instead. */
  readonly onNoActivity?: () => void;
}

/**
 * Milliseconds for which activity and logs are relied on: SendGrid keeps them for 30 days, and the
 * last of them is left out.
 */
export const LOOK_UP_REACH_MS = 29 * 86_400_000;

/**
 * Whether SendGrid has accepted attempts, by their custom arguments: from Email Activity, and where
 * that is not to be had (an add-on) from Email Logs. Requests are made one after another, since few
 * are allowed, and none is repeated: the first that fails ends the look-up, and what was not asked
 * by then is answered with its failure. What has become of one that was found is read from the same
 * records.
 *
 * Throws `InvalidInputError` for unusable options; `lookUp` and `historyOf` themselves never throw.
 */
export function createSendGridLookup(
  options: SendGridLookupOptions,
): MessageLookup & MessageHistory {
  const transport = createHttpTransport(resolveConnection(options));
  const ask = askOver(transport);

  async function askAll(inquiries: readonly MessageInquiry[]): Promise<readonly LookupAnswer[]> {
    const answers: Answers = new Map();
    let ended = await askActivity(ask, inquiries, answers);
    if (ended?.cause === 'not_enabled') {
      options.onNoActivity?.();
      const open = inquiries.filter((inquiry) => !answers.has(inquiry));
      ended = await askLogs(ask, open, answers);
    }
    const unasked = ended ?? failure('unexpected_answer', 'not asked');
    return inquiries.map((inquiry) => answers.get(inquiry) ?? unasked);
  }

  return {
    async lookUp(inquiries) {
      const kept = options.clock.now() - LOOK_UP_REACH_MS;
      const answers = await askAll(inquiries);
      return answers.map((answer, index) => {
        const since = inquiries[index]?.since ?? -Infinity;
        return answer.kind === 'not_found' && since < kept
          ? failure('out_of_retention', 'older than what SendGrid keeps')
          : answer;
      });
    },
    historyOf: (inquiry, found) => askHistory(ask, inquiry, found, Math.floor(options.clock.now())),
    close: () => transport.close(),
  };
}
