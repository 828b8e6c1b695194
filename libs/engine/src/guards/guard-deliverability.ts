import type { Id } from '@cadenza/domain';
import { pauseSenderIn, pauseTenantIn } from '../control/pause.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import {
  GUARD_SCOPES,
  judgeRates,
  reasonOf,
  type GuardScope,
  type Judgement,
} from './judge-rates.ts';
import { GUARD_WINDOWS_MS, type GuardThresholds } from './thresholds.ts';

export interface GuardOptions {
  readonly store: Pick<EngineStore, 'transaction' | 'tenantsToGuard'>;
  /** Tenants of one round at most. */
  readonly limit: number;
}

/** A pause for which nobody has given the word. */
export interface GuardPause {
  readonly tenantId: Id;
  /** Null: the whole tenant. */
  readonly senderIdentityId: Id | null;
  readonly scope: GuardScope;
  readonly level: 'pause' | 'stop';
  readonly reason: string;
}

export interface GuardResult {
  readonly judged: readonly {
    readonly tenantId: Id;
    readonly judgements: readonly Judgement[];
  }[];
  readonly pauses: readonly GuardPause[];
}

/** Who is said to have paused it, in the audit log. */
const ACTOR = 'deliverability';
/** Real milliseconds after which a sender is judged again that has not sent enough yet. */
const AGAIN_MS = 600_000;
const KEPT_MS = 30 * 86_400_000;

/**
 * Judges tenants some of whose messages came back, and pauses what must not go on: at `pause` the
 * sender, or all senders of a domain, or the tenant, whichever's rate it is; at `stop`, whoever's it
 * is, the tenant besides. Domain and tenant are judged by those of their senders that are not paused.
 * A pause loses nobody. What is paused stays paused until somebody resumes it, and is then judged by
 * what it sends from there on.
 *
 * @throws what it threw for the last tenant for whom it failed, after the others have had their turn.
 */
export async function guardDeliverability(options: GuardOptions): Promise<GuardResult> {
  const { store, limit } = options;
  const judged: { tenantId: Id; judgements: readonly Judgement[] }[] = [];
  const pauses: GuardPause[] = [];
  let failure: { readonly error: unknown } | null = null;
  for (const tenantId of await store.tenantsToGuard(limit)) {
    try {
      const one = await store.transaction([tenantId], (tx) => guardTenant(tx, tenantId));
      judged.push({ tenantId, judgements: one.judgements });
      pauses.push(...one.pauses);
    } catch (error) {
      failure = { error };
    }
  }
  if (failure !== null) throw failure.error;
  return { judged, pauses };
}

async function guardTenant(tx: EngineTransaction, tenantId: Id) {
  if ((await tx.takeFailures(tenantId)) === 0) return { judgements: [], pauses: [] };
  const thresholds = await tx.guardThresholds(tenantId);
  const counts = await tx.senderCounts(tenantId, GUARD_WINDOWS_MS);
  const judgements = judgeRates(tenantId, counts, thresholds);
  const pauses: GuardPause[] = [];
  const still = new Set(counts.filter((one) => one.paused).map((one) => one.senderIdentityId));
  for (const scope of GUARD_SCOPES) {
    const going = counts.filter((one) => !still.has(one.senderIdentityId));
    // A sender that is paused can have its tenant stopped: complaints come late.
    const concerned = scope === 'sender' ? counts : going;
    for (const judgement of judgeRates(tenantId, concerned, thresholds)) {
      if (judgement.scope === scope) pauses.push(...(await pause(tx, tenantId, judgement)));
    }
    for (const { senderIdentityId } of pauses) {
      if (senderIdentityId !== null) still.add(senderIdentityId);
    }
  }
  await tx.judgeAgain(
    judgements
      .filter((one) => one.scope === 'sender' && !saysAll(one, thresholds))
      .map(({ reference }) => ({ tenantId, id: reference })),
    AGAIN_MS,
  );
  await tx.forgetFailures(tenantId, KEPT_MS);
  return { judgements, pauses };
}

/** Whether there was enough in every window: what has not been said yet is said later. */
function saysAll({ rates }: Judgement, thresholds: GuardThresholds): boolean {
  return rates.every(
    ({ kind, sent, failed }) => failed === 0 || sent >= thresholds[kind].minSample,
  );
}

async function pause(
  tx: EngineTransaction,
  tenantId: Id,
  judgement: Judgement,
): Promise<GuardPause[]> {
  const { scope, level } = judgement;
  if (level !== 'pause' && level !== 'stop') return [];
  const reason = reasonOf(judgement);
  const after = { reason, level, scope, reference: judgement.reference, rates: judgement.rates };
  const pauses: GuardPause[] = [];
  for (const id of scope === 'tenant' ? [] : judgement.senderIdentityIds) {
    if (!(await pauseSenderIn(tx, { tenantId, id }, reason))) continue;
    const what = { action: 'sender.paused', entity: 'sender_identity', entityId: id };
    await tx.audit({ tenantId, actor: ACTOR, ...what, before: null, after });
    pauses.push({ tenantId, senderIdentityId: id, scope, level, reason });
  }
  if (level !== 'stop' && scope !== 'tenant') return pauses;
  if (await pauseTenantIn(tx, tenantId, reason)) {
    const what = { action: 'tenant.paused', entity: 'tenant', entityId: tenantId };
    await tx.audit({ tenantId, actor: ACTOR, ...what, before: null, after });
    pauses.push({ tenantId, senderIdentityId: null, scope, level, reason });
  }
  return pauses;
}
