import type { MailProvider } from '@cadenza/domain';
import type { Metrics } from '@cadenza/telemetry';

/** A provider whose calls are timed, by their outcome. */
export function measuredProvider(
  provider: MailProvider,
  metrics: Pick<Metrics, 'handOffSeconds'>,
): MailProvider {
  return {
    async send(mail, deadline) {
      const answered = metrics.handOffSeconds.startTimer();
      const outcome = await provider.send(mail, deadline);
      answered({ outcome: outcome.kind });
      return outcome;
    },
    close: () => provider.close(),
  };
}
