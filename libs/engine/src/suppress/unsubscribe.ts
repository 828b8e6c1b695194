import { newId, type EpochMs, type Id } from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { EnrollmentRecord, NewInput } from '../ports/enrollments.ts';
import type { NewMessageEvent } from '../ports/messages.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';

/** How somebody left: on the page that a mail's link leads to, or by their mail program's button. */
export type UnsubscribeSource = 'link' | 'one_click';

/** Who leaves what, or comes back to it. */
export type UnsubscribeRequest = {
  readonly tenantId: Id;
  readonly contactId: Id;
} & (
  | {
      /** Everything that the tenant sends. */
      readonly scope: 'all';
      /** The campaign whose mail held the link; null where the link names none. */
      readonly campaignId: Id | null;
    }
  | { readonly scope: 'campaign'; readonly campaignId: Id }
);

export interface UnsubscribeOptions {
  readonly store: Pick<EngineStore, 'transaction'>;
  readonly plans: PlanCache;
  /** Campaign time now. */
  readonly now: () => EpochMs;
  readonly graceMs: number;
}

interface Told {
  readonly enrollment: EnrollmentRecord;
  readonly inputId: string;
}

/**
 * Takes a person out of all mails of a tenant, or of one campaign. In one transaction what is queued
 * is cancelled and the enrollments end, as by a provider's `unsubscribed`, so that no hand-off whose
 * gates were asked after it can begin. Saying it twice changes nothing but the time last seen.
 *
 * For `all` the contact is written to no more, whatever their address becomes, and their present one
 * is suppressed with those that mails to them went to: whoever reads an old mail speaks for the address
 * that it came to.
 *
 * @returns the ids of the enrollments that were active, and are not any more; null where the tenant
 *   has no such contact, or no such campaign to leave.
 */
export function unsubscribe(
  request: UnsubscribeRequest & { readonly source: UnsubscribeSource },
  options: UnsubscribeOptions,
): Promise<readonly Id[] | null> {
  const { tenantId, contactId, campaignId, source } = request;
  const person = { tenantId, id: contactId };
  return options.store.transaction([tenantId], async (tx) => {
    if (!(await tx.lockContact(person)) || !(await canLeave(tx, request))) return null;
    const addresses = request.scope === 'all' ? await tx.addressesOfContact(person) : [];
    const enrollments = await tx.enrollmentsOfContact(person);
    const own = enrollments.filter((one) =>
      campaignId === null ? one.active : one.campaignId === campaignId,
    );
    const others =
      request.scope === 'all'
        ? [
            ...enrollments.filter(({ active }) => active),
            ...(await tx.activeEnrollmentsOf(
              addresses.map((value) => ({ tenantId, channel: 'email' as const, value })),
            )),
          ]
        : [];
    const locked = await tx.lockEnrollments([...own, ...others]);
    const now = options.now();
    const isNew =
      request.scope === 'all'
        ? await leaveAll(tx, { tenantId, contactId, addresses, source, now })
        : await tx.addCampaignOptOut({ ...request, at: now });

    const active = locked.filter(({ state }) => state.phase !== 'ended');
    const ownIds = new Set(own.map(({ id }) => id));
    // One that has ended is told as well, once: late news may show that it had not.
    const told = locked
      .filter(({ id, state }) => ownIds.has(id) && (isNew || state.phase !== 'ended'))
      .map((enrollment): Told => ({ enrollment, inputId: `unsubscribed:${newId()}` }));
    await recordEvents(tx, told, { source, now });
    const ending = new Set([...told.map(({ enrollment }) => enrollment), ...active]);
    await applyInputs(
      tx,
      [
        ...told.map((one) => unsubscribed(one, now)),
        ...[...ending].map((one) => ended(one, request.scope, now)),
      ],
      { plans: options.plans, now, graceMs: options.graceMs, locked: [...ending] },
    );
    return active.map(({ id }) => id);
  });
}

/**
 * Takes back what the person's own link has done, and nothing else: a complaint, a bounce, the
 * provider's or an operator's word stay, and so does what another person's link has made of an address
 * that both have had. What has ended stays ended.
 *
 * @returns whether there was something to take back; null where the tenant has no such contact.
 */
export function takeBackUnsubscribe(
  request: UnsubscribeRequest,
  { store }: Pick<UnsubscribeOptions, 'store'>,
): Promise<boolean | null> {
  const person = { tenantId: request.tenantId, id: request.contactId };
  return store.transaction([request.tenantId], async (tx) => {
    if (!(await tx.lockContact(person))) return null;
    if (request.scope === 'campaign') return tx.dropCampaignOptOut(request);
    return tx.dropUnsubscribes(request);
  });
}

async function canLeave(tx: EngineTransaction, request: UnsubscribeRequest): Promise<boolean> {
  if (request.scope === 'all') return true;
  return (await tx.findCampaign({ tenantId: request.tenantId, id: request.campaignId })) !== null;
}

/** @returns whether the person had not left before, or one of the addresses was not unsubscribed. */
async function leaveAll(
  tx: EngineTransaction,
  of: {
    readonly tenantId: Id;
    readonly contactId: Id;
    readonly addresses: readonly string[];
    readonly source: UnsubscribeSource;
    readonly now: EpochMs;
  },
): Promise<boolean> {
  const { tenantId, contactId, addresses, source, now } = of;
  const before = new Set(await tx.unsubscribedAddresses(tenantId, addresses));
  await tx.upsertSuppressions(
    addresses.map((value) => ({
      tenantId,
      channel: 'email',
      kind: 'address',
      value,
      reason: 'unsubscribed',
      source,
      messageId: null,
      at: now,
    })),
    'recipient',
  );
  const values = addresses.length === 0 ? [null] : addresses;
  const added = await tx.addContactOptOuts(
    values.map((value) => ({
      tenantId,
      contactId,
      channel: 'email',
      value,
      reason: 'unsubscribed',
      source,
      at: now,
    })),
  );
  return added > 0 || addresses.some((address) => !before.has(address));
}

/** The message that the person leaves by is not known: the last one of the enrollment stands for it. */
async function recordEvents(
  tx: EngineTransaction,
  told: readonly Told[],
  { source, now }: { readonly source: UnsubscribeSource; readonly now: EpochMs },
): Promise<void> {
  const messages = await tx.findMessagesOfVisits(
    told.flatMap(({ enrollment: { tenantId, id, state } }) =>
      state.anchor === null
        ? []
        : [{ tenantId, enrollmentId: id, nodeId: state.anchor.nodeId, visit: state.anchor.visit }],
    ),
  );
  const byEnrollment = new Map(messages.map((message) => [message.enrollmentId, message]));
  await tx.insertEvents(
    told.flatMap(({ enrollment, inputId }): NewMessageEvent[] => {
      const message = byEnrollment.get(enrollment.id);
      if (message === undefined) return [];
      return [
        {
          tenantId: message.tenantId,
          id: newId(),
          messageId: message.id,
          enrollmentId: message.enrollmentId,
          campaignId: message.campaignId,
          nodeId: message.nodeId,
          attempt: enrollment.state.anchor?.attempt ?? message.attempt,
          type: 'unsubscribed',
          at: now,
          actor: 'human',
          dedupeKey: inputId,
          providerEventId: null,
          url: null,
          deliveryId: null,
          synthetic: false,
          data: { source },
        },
      ];
    }),
  );
}

function unsubscribed({ enrollment, inputId }: Told, at: EpochMs): NewInput {
  const { tenantId, id, state } = enrollment;
  const { nodeId, visit, attempt } = state.anchor ?? { ...state, nodeId: state.nodeId ?? '' };
  return {
    tenantId,
    enrollmentId: id,
    inputId,
    input: { kind: 'event', type: 'unsubscribed', nodeId, visit, attempt, at, actor: 'human' },
  };
}

/** After the plan's own answer, whatever it is: where it leads on, nothing more may be sent. */
function ended(
  { tenantId, id }: EnrollmentRecord,
  scope: UnsubscribeRequest['scope'],
  at: EpochMs,
): NewInput {
  const reason = scope === 'all' ? 'address_suppressed' : 'unsubscribed';
  const inputId = `suppressed:${newId()}`;
  return { tenantId, enrollmentId: id, inputId, input: { kind: 'suppressed', at, reason } };
}
