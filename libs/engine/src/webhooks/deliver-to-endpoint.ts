import type { Id, WebhookOutcome, WebhookSender } from '@cadenza/domain';
import type { TenantRef } from '../ports/refs.ts';
import type { DeliveryAttempt, DueDelivery, WebhookStore } from '../ports/webhooks.ts';
import { holdMs, retryInMs } from './retries.ts';
import { webhookBody } from './webhook-body.ts';

export interface DeliverOptions {
  readonly store: Pick<WebhookStore, 'endpointWork' | 'recordBatch'>;
  readonly sender: Pick<WebhookSender, 'send'>;
  /** Opens a secret as it is stored. @throws where it cannot; nothing is sent then. */
  readonly openSecret: (sealed: string, of: { tenantId: Id; id: Id }) => string;
  /** Deliveries of a batch, and requests of it at once. */
  readonly batch: { readonly size: number; readonly parallel: number };
  /** Real milliseconds after which no further requests of a batch are begun: it has a lease. */
  readonly batchMs: number;
  readonly disableAfterMs: number;
  /** Real milliseconds since 1970, and those of a clock that only goes forward. */
  readonly wall: () => number;
  readonly monotonic: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface DeliverResult {
  readonly outcomes: readonly WebhookOutcome['kind'][];
  readonly disabled: 'failing' | 'gone' | null;
  /** More waits that can be sent at once. */
  readonly more: boolean;
}

/** Of a status that says "not now", or asks to wait, the rest of the batch waits as well. */
const THROTTLED = [429, 502, 503, 504];
const GONE = 410;

/**
 * Sends what is due to an endpoint that the caller has claimed, some requests at once, and records
 * what came of it. Whoever dies between the two sends it again, under the same id.
 */
export async function deliverToEndpoint(
  endpoint: TenantRef,
  options: DeliverOptions,
): Promise<DeliverResult> {
  const { store, batch, random } = options;
  const work = await store.endpointWork(endpoint, batch.size);
  if (work === null) return { outcomes: [], disabled: null, more: false };
  const { tenantId } = endpoint;
  const secrets = work.secrets.map(({ id, sealed }) =>
    options.openSecret(sealed, { tenantId, id }),
  );

  const began = options.monotonic();
  const attempts: DeliveryAttempt[] = [];
  const left = [...work.due];
  let goesOn = true;
  while (goesOn && left.length > 0 && options.monotonic() - began < options.batchMs) {
    const group = await Promise.all(
      left
        .splice(0, batch.parallel)
        .map((delivery) => attempt(delivery, { url: work.url, secrets }, options)),
    );
    attempts.push(...group);
    goesOn = group.some(arrived) && !group.some(asksToWait);
  }

  const holds = attempts.flatMap(({ outcome }) =>
    outcome.kind === 'refused' && outcome.retryAfterMs !== null ? [outcome.retryAfterMs] : [],
  );
  const nothingArrived = attempts.length > 0 && !attempts.some(arrived);
  if (nothingArrived) holds.push(holdMs(work.failures + 1, random()));
  else if (attempts.some(asksToWait)) holds.push(holdMs(1, random()));
  const disabled = await store.recordBatch(endpoint, {
    attempts,
    arrived: attempts.length === 0 ? null : !nothingArrived,
    gone: attempts.some(({ outcome }) => outcome.kind === 'refused' && outcome.status === GONE),
    holdMs: Math.max(0, ...holds),
    disableAfterMs: options.disableAfterMs,
  });
  return {
    outcomes: attempts.map(({ outcome }) => outcome.kind),
    disabled,
    more: disabled === null && goesOn && work.due.length === batch.size,
  };
}

async function attempt(
  delivery: DueDelivery,
  to: { readonly url: string; readonly secrets: readonly string[] },
  { sender, wall, random }: DeliverOptions,
): Promise<DeliveryAttempt> {
  const at = wall();
  const outcome = await sender.send({ ...to, id: delivery.eventId, body: webhookBody(delivery) });
  const { position, attempts, tries } = delivery;
  return {
    position,
    attempts,
    outcome,
    at,
    retryInMs: outcome.kind === 'delivered' ? null : retryInMs(tries + 1, random()),
  };
}

function arrived({ outcome }: DeliveryAttempt): boolean {
  return outcome.kind === 'delivered';
}

function asksToWait({ outcome }: DeliveryAttempt): boolean {
  if (outcome.kind !== 'refused') return false;
  return outcome.retryAfterMs !== null || THROTTLED.includes(outcome.status);
}
