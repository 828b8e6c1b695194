import type { AddressFlag, AddressValidator, ProviderVerdict } from '@cadenza/domain';
import { z } from 'zod';
import { askOver, failure } from '../lookup/reading.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { resolveConnection, type SendGridConnectionOptions } from '../transport/options.ts';

export interface SendGridAddressValidatorOptions extends SendGridConnectionOptions {
  /** Told to SendGrid as where the addresses come from; `cadenza` by default. */
  readonly source?: string;
  /** Real milliseconds, as of `performance.now()`. */
  readonly monotonic?: () => number;
}

const VERDICTS = { Valid: 'valid', Risky: 'risky', Invalid: 'invalid' } as const;

// What is missing of the checks has not been checked.
const answerSchema = z.object({
  result: z.object({
    verdict: z.enum(['Valid', 'Risky', 'Invalid']),
    score: z.number().min(0).max(1).nullish(),
    suggestion: z.string().nullish(),
    checks: z
      .object({
        domain: z
          .object({
            has_valid_address_syntax: z.boolean().optional(),
            has_mx_or_a_record: z.boolean().optional(),
            is_suspected_disposable_address: z.boolean().optional(),
          })
          .optional(),
        local_part: z.object({ is_suspected_role_address: z.boolean().optional() }).optional(),
        additional: z
          .object({
            has_known_bounces: z.boolean().optional(),
            has_suspected_bounces: z.boolean().optional(),
          })
          .optional(),
      })
      .optional(),
  }),
});

/** Real milliseconds for which nothing is asked after a refusal that does not say for how long. */
const HOLD_MS = 60_000;

/**
 * SendGrid's Email Validation: paid for by the address, with a key of its own that opens nothing
 * else. After a refusal (429, a key that is not accepted) nothing is asked for a while, and the
 * answer is that nothing is known.
 *
 * Throws `InvalidInputError` for unusable options; `validate` itself never throws.
 */
export function createSendGridAddressValidator(
  options: SendGridAddressValidatorOptions,
): AddressValidator {
  const { source = 'cadenza', monotonic = () => performance.now() } = options;
  const transport = createHttpTransport(resolveConnection(options));
  const ask = askOver(transport);
  let heldUntil = Number.NEGATIVE_INFINITY;
  let refusal = failure('rate_limited', 'not asked');

  function unknown(): ProviderVerdict {
    const retryAfterMs = Math.max(0, Math.ceil(heldUntil - monotonic()));
    return { kind: 'unknown', retryAfterMs, reason: refusal.reason };
  }

  return {
    async validate(email) {
      if (heldUntil > monotonic()) return unknown();
      const question = { method: 'POST', path: '/v3/validations/email' } as const;
      const reading = await ask({ ...question, body: { email, source } }, answerSchema);
      if (reading.ok) return judged(reading.value.result);
      const { cause, retryAfterMs, reason } = reading.failure;
      if (cause !== 'rate_limited' && cause !== 'not_enabled') {
        return { kind: 'unknown', retryAfterMs, reason };
      }
      heldUntil = Math.max(heldUntil, monotonic() + (retryAfterMs ?? HOLD_MS));
      refusal = reading.failure;
      return unknown();
    },
    close: () => transport.close(),
  };
}

function judged(result: z.output<typeof answerSchema>['result']): ProviderVerdict {
  const { domain, local_part: local, additional } = result.checks ?? {};
  const flags: AddressFlag[] = [];
  if (local?.is_suspected_role_address === true) flags.push('role');
  if (domain?.is_suspected_disposable_address === true) flags.push('disposable');
  const validity = VERDICTS[result.verdict];
  const reasons = [
    ...(domain?.has_valid_address_syntax === false ? ['bad_syntax'] : []),
    ...(domain?.has_mx_or_a_record === false ? ['no_server'] : []),
    ...(additional?.has_known_bounces === true ? ['known_bounces'] : []),
    ...(additional?.has_suspected_bounces === true ? ['suspected_bounces'] : []),
    ...(result.suggestion ? ['misspelt'] : []),
  ];
  if (reasons.length === 0 && validity !== 'valid') reasons.push(`provider_${validity}`);
  return { kind: 'judged', validity, flags, reasons, score: result.score ?? null };
}
