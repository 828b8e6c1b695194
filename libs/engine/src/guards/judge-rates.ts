import { emailDomain, type Id } from '@cadenza/domain';
import type { SenderCounts } from '../ports/guards.ts';
import {
  GUARDED_RATES,
  levelOf,
  worstLevel,
  type GuardedRate,
  type GuardLevel,
  type GuardThresholds,
} from './thresholds.ts';

export const GUARD_SCOPES = ['sender', 'domain', 'tenant'] as const;
export type GuardScope = (typeof GUARD_SCOPES)[number];

/** One rate over one window. */
export interface JudgedRate {
  readonly kind: GuardedRate;
  readonly windowMs: number;
  /** Messages. */
  readonly sent: number;
  /** People: one who complains about three messages is one. */
  readonly failed: number;
  /** From 0 to 1; null where nothing was sent. */
  readonly rate: number | null;
  readonly level: GuardLevel;
}

/** What is thought of a sender, of all senders of a domain, or of all of a tenant. */
export interface Judgement {
  readonly scope: GuardScope;
  /** The sender identity's id, the domain, the tenant's id. */
  readonly reference: string;
  readonly senderIdentityIds: readonly Id[];
  readonly rates: readonly JudgedRate[];
  /** The worst of its rates. */
  readonly level: GuardLevel;
}

/** Judges senders by themselves, by their domains, and all of them together. */
export function judgeRates(
  tenantId: Id,
  counts: readonly SenderCounts[],
  thresholds: GuardThresholds,
): Judgement[] {
  const by = (scope: GuardScope, referenceOf: (one: SenderCounts) => string) =>
    [...Map.groupBy(counts, referenceOf)].map(([reference, own]) =>
      judge(scope, reference, own, thresholds),
    );
  return [
    ...by('sender', ({ senderIdentityId }) => senderIdentityId),
    ...by('domain', ({ email }) => emailDomain(email)),
    ...by('tenant', () => tenantId),
  ];
}

function judge(
  scope: GuardScope,
  reference: string,
  counts: readonly SenderCounts[],
  thresholds: GuardThresholds,
): Judgement {
  const windows = [...Map.groupBy(counts, ({ windowMs }) => windowMs)].toSorted(
    ([one], [other]) => one - other,
  );
  const rates = windows.flatMap(([windowMs, own]) =>
    GUARDED_RATES.map((kind): JudgedRate => {
      const sent = sum(own, (one) => one.sent);
      const failed = new Set(
        own.flatMap((one) => (kind === 'bounce' ? one.bounced : one.complained)),
      ).size;
      const level = levelOf(failed, sent, thresholds[kind]);
      return { kind, windowMs, sent, failed, rate: sent === 0 ? null : failed / sent, level };
    }),
  );
  return {
    scope,
    reference,
    senderIdentityIds: [...new Set(counts.map(({ senderIdentityId }) => senderIdentityId))],
    rates,
    level: worstLevel(rates.map(({ level }) => level)),
  };
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

/** In words: the rate that has led to the level of a judgement. */
export function reasonOf({ scope, reference, rates, level }: Judgement): string {
  const worst = rates.find((rate) => rate.level === level);
  if (worst === undefined) return `${scope} ${level}`;
  const { kind, failed, sent, windowMs } = worst;
  const percent = ((100 * failed) / sent).toFixed(2);
  const whose = { sender: 'this sender', domain: reference, tenant: 'the tenant' }[scope];
  return `${kind} rate of ${whose}: ${percent} % in ${windowMs / 3_600_000} h (${failed} of ${sent})`;
}
