import { answered } from '@cadenza/client';
import type { TorturedCampaign } from '../load/campaigns.ts';
import type { World } from '../world/world.ts';

/** An address that must not be written to any more. */
export interface ObservedSuppression {
  readonly tenantId: string;
  readonly address: string;
  /** Campaign time at which it was seen to be committed: the commit itself was earlier. */
  readonly seenAt: number;
}

/** Looks for suppressions as they are committed, whoever made them. */
export interface SuppressionWatch {
  /** Looks now, for the times to be as early as can be. */
  look(): Promise<void>;
  readonly seen: readonly ObservedSuppression[];
}

/**
 * What is seen by a statement was committed before it began, so the clock that the statement reads
 * is later than the commit.
 */
export function watchSuppressions(world: Pick<World, 'sql'>): SuppressionWatch {
  const seen = new Map<string, ObservedSuppression>();
  let looking: Promise<void> = Promise.resolve();

  async function once(): Promise<void> {
    const rows = await world.sql.rows<{ tenant_id: string; value: string; now: number }>(
      `SELECT tenant_id, value, epoch_ms(campaign_now()) AS now FROM communication_suppressions
       WHERE kind = 'address' AND NOT (value = ANY ($1::text[]))`,
      [[...seen.values()].map(({ address }) => address)],
    );
    for (const row of rows) {
      const one = { tenantId: row.tenant_id, address: row.value, seenAt: row.now };
      seen.set(`${one.tenantId} ${one.address}`, one);
    }
  }

  return {
    look() {
      looking = looking.then(once);
      return looking;
    },
    get seen() {
      return [...seen.values()];
    },
  };
}

/**
 * People who are just about to be written to opt out, over the API: the suppression races with
 * their hand-offs.
 *
 * @returns how many opted out for certain; an answer that was lost leaves that open.
 */
export async function optOut(
  count: number,
  world: World,
  campaigns: readonly TorturedCampaign[],
  watch: SuppressionWatch,
): Promise<number> {
  const rows = await world.sql.rows<{ tenant_id: string; address: string }>(
    `SELECT a.tenant_id, h.address FROM scheduled_actions a
     JOIN contact_campaigns c ON c.tenant_id = a.tenant_id AND c.id = a.enrollment_id
     JOIN contact_channels h ON h.tenant_id = c.tenant_id AND h.contact_id = c.contact_id
     WHERE a.type = 'send' AND a.status IN ('pending', 'dispatched')
       AND a.run_at <= campaign_now() + interval '2 minutes'
     ORDER BY a.status = 'dispatched' DESC, a.run_at LIMIT $1`,
    [count],
  );
  const answers = await Promise.allSettled(
    rows.map(async ({ tenant_id, address }) => {
      const api = campaigns.find(({ tenantId }) => tenantId === tenant_id)?.api;
      if (api === undefined) return;
      await answered(api.POST('/v1/suppressions', { body: { addresses: [address] } }));
      await watch.look();
    }),
  );
  return answers.filter(({ status }) => status === 'fulfilled').length;
}
