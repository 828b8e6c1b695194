import type { AddressValidity } from './address-quality.ts';
import type { Channel, EnrollmentStatus } from './statuses.ts';
import type { Id } from './ids.ts';

/** Values that a contact has as text. */
export const AUDIENCE_TEXTS = [
  'firstName',
  'lastName',
  'title',
  'timezone',
  'source',
  'company',
  'industry',
] as const;
export type AudienceText = (typeof AUDIENCE_TEXTS)[number];

/** What people do with messages, and can be chosen by. */
export const AUDIENCE_REACTIONS = ['delivered', 'opened', 'clicked', 'replied', 'bounced'] as const;
export type AudienceReaction = (typeof AUDIENCE_REACTIONS)[number];

/** Caps on a filter, so that none can exhaust what runs it. */
export const AUDIENCE_LIMITS = {
  /** Conditions of any kind, those that hold others included. */
  conditions: 100,
  /** Values of one list. */
  values: 1_000,
  /** Characters of one value. */
  chars: 500,
  /** Days that `withinDays` looks back, at most. */
  days: 3_650,
} as const;

/** What a text is asked for: one of these. Capitals do not matter. */
export interface TextTest {
  /** It is one of them. */
  readonly is?: readonly string[] | undefined;
  readonly contains?: string | undefined;
  /** Whether there is any. */
  readonly known?: boolean | undefined;
}

/** Which campaign, and how far back in campaign time; all and ever where it says nothing. */
export interface AudienceSpan {
  readonly campaignId?: Id | undefined;
  readonly withinDays?: number | undefined;
}

/**
 * Who is meant: every contact of whom it holds. What is not known of somebody is no match, so that
 * `not` matches them.
 */
export type AudienceFilter =
  | { readonly where: 'all' | 'any'; readonly of: readonly AudienceFilter[] }
  | { readonly where: 'not'; readonly of: AudienceFilter }
  | ({ readonly where: AudienceText } & TextTest)
  | {
      readonly where: 'email';
      /** Normalised addresses. */
      readonly is?: readonly string[] | undefined;
      readonly domain?: readonly string[] | undefined;
      readonly validity?: readonly AddressValidity[] | undefined;
      readonly known?: boolean | undefined;
    }
  | { readonly where: 'phone'; readonly known: boolean }
  | {
      readonly where: 'lead';
      readonly is?: readonly Id[] | undefined;
      readonly known?: boolean | undefined;
    }
  | {
      readonly where: 'custom';
      readonly key: string;
      /** It is one of them, or a list that holds one of them. */
      readonly is?: readonly (string | number | boolean)[] | undefined;
      readonly contains?: string | undefined;
      readonly known?: boolean | undefined;
      /** It is a number, and not below this one. */
      readonly atLeast?: number | undefined;
      readonly atMost?: number | undefined;
    }
  | {
      readonly where: 'created' | 'updated';
      /** Instants, ISO 8601 with an offset: from the first on, and before the second. */
      readonly from?: string | undefined;
      readonly before?: string | undefined;
    }
  /** Has given a consent that holds. */
  | { readonly where: 'consent'; readonly channel: Channel }
  /** Is, or was, in a campaign. */
  | {
      readonly where: 'enrolled';
      readonly campaignId?: Id | undefined;
      readonly status?: readonly EnrollmentStatus[] | undefined;
    }
  /** A message to them was handed off. */
  | ({ readonly where: 'messaged' } & AudienceSpan)
  /** Did one of these; what a machine opened or clicked does not count. */
  | ({ readonly where: 'reacted'; readonly by: readonly AudienceReaction[] } & AudienceSpan);

/** The ids that a filter names, by what they are of, each with its path in the filter. */
export function audienceReferences(
  filter: AudienceFilter,
  path = '',
): { readonly what: 'campaign' | 'lead'; readonly id: Id; readonly path: string }[] {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  switch (filter.where) {
    case 'all':
    case 'any':
      return filter.of.flatMap((one, n) => audienceReferences(one, at(`of[${n}]`)));
    case 'not':
      return audienceReferences(filter.of, at('of'));
    case 'lead':
      return (filter.is ?? []).map((id, n) => ({ what: 'lead', id, path: at(`is[${n}]`) }));
    case 'enrolled':
    case 'messaged':
    case 'reacted':
      return filter.campaignId === undefined
        ? []
        : [{ what: 'campaign', id: filter.campaignId, path: at('campaignId') }];
    default:
      return [];
  }
}
