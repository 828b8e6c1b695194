import type { Id } from '@cadenza/domain';
import { OPT_OUT_REASONS, type ContactOptOut, type NewSuppression } from '../ports/suppressions.ts';

/**
 * Those of these suppressions that are a person's own word, as the person's: it holds whatever their
 * address becomes. What an operator lists is about addresses.
 *
 * @param contactId whose word it is; null: whoever has the address now.
 */
export function optOutsOf(
  suppressions: readonly NewSuppression[],
  contactId: Id | null,
): ContactOptOut[] {
  return suppressions.flatMap(({ tenantId, channel, kind, value, reason, source, at }) => {
    const own = OPT_OUT_REASONS.find((one) => one === reason);
    if (own === undefined || kind !== 'address') return [];
    return [{ tenantId, contactId, channel, value, reason: own, source, at }];
  });
}
