import { answered } from '@cadenza/client';
import type { TorturedCampaign } from './campaigns.ts';
import { MESSAGES_PER_PERSON } from './plan.ts';

const EVERY_MS = 500;
/** Everybody is enrolled by then: the last ones' follow-ups still meet the storm. */
const SHARE_OF_STORM = 0.8;
const PER_REQUEST = 200;
const MAX_TRIES = 120;

/**
 * Enrols as many people as the messages asked for need, evenly over most of the storm. A request
 * that fails is made again.
 */
export async function enrolUnderFire(
  campaigns: readonly TorturedCampaign[],
  load: { readonly messages: number; readonly stormMs: number },
): Promise<void> {
  const needed = Math.ceil(load.messages / MESSAGES_PER_PERSON);
  const begun = performance.now();

  async function enrolUpTo(count: number, enrolled: number): Promise<number> {
    let now = enrolled;
    const share = Math.min(PER_REQUEST, Math.ceil((count - enrolled) / campaigns.length));
    for (const campaign of campaigns) {
      const people = campaign.people.splice(0, Math.min(share, count - now));
      if (people.length === 0) continue;
      now += people.length;
      await untilItWorks(() =>
        answered(
          campaign.api.POST('/v1/campaigns/{id}/enrollments', {
            params: { path: { id: campaign.campaignId } },
            body: { contactIds: people },
          }),
        ),
      );
    }
    return now;
  }

  let enrolled = 0;
  for (;;) {
    const gone = (performance.now() - begun) / (load.stormMs * SHARE_OF_STORM);
    enrolled = await enrolUpTo(Math.floor(needed * Math.min(1, gone)), enrolled);
    if (gone >= 1 && enrolled >= needed) return;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

/** The API may be killed, cut off, or without its database at any moment. */
export async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}
