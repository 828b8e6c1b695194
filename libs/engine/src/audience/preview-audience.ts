import type { AudienceFilter, EpochMs, Id } from '@cadenza/domain';
import { countBy } from '../count-by.ts';
import { enrolRefusal, type EnrolOptions } from '../enrol/enrol.ts';
import { planOf } from '../plans/plan-cache.ts';

/** What enrolling an audience now would come to. */
export interface AudiencePreview {
  /** Contacts that match. */
  readonly matching: number;
  /** Of those, how many were looked at as enrolment looks at them: the first by id. */
  readonly checked: number;
  /** Of those looked at. */
  readonly enrollable: number;
  /** Of those looked at, who would not be enrolled, by reason. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Contacts that are looked at: what takes some tenths of a second. */
const CHECKED = 5_000;

/**
 * Counts an audience without enrolling anybody.
 *
 * @returns null where the tenant has no such campaign.
 */
export function previewAudience(
  request: { readonly tenantId: Id; readonly campaignId: Id; readonly filter: AudienceFilter },
  options: Pick<EnrolOptions, 'store' | 'plans'> & { readonly now: () => EpochMs },
): Promise<AudiencePreview | null> {
  const { tenantId, campaignId, filter } = request;
  return options.store.transaction([tenantId], async (tx) => {
    const campaign = await tx.findCampaign({ tenantId, id: campaignId });
    if (campaign === null) return null;
    const version = { tenantId, id: campaign.planVersionId };
    const { channels } = planOf(await options.plans.load(tx, [version]), version.id);
    const who = { tenantId, filter, asOf: options.now(), madeUntil: null };
    const matching = await tx.countAudience(who);
    const some = await tx.audienceContacts(who, CHECKED);
    const candidates = await tx.enrolCandidates(tenantId, campaignId, some, channels);
    const refused = candidates.flatMap((candidate) => enrolRefusal(candidate, channels) ?? []);
    return {
      matching,
      checked: candidates.length,
      enrollable: candidates.length - refused.length,
      refused: countBy(refused, (reason) => reason),
    };
  });
}
