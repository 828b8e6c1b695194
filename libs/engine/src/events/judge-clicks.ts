import type { ProviderEvent } from '@cadenza/domain';
import type { AttemptRef } from '../ports/refs.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { machineSignOf, type Click, type Trail } from './machine-clicks.ts';
import type { KnownEvent } from './record-events.ts';

/**
 * Tells the clicks of scanners from those of people by what is recorded of each mail and what comes
 * with them. What has been recorded as a person's stays so: it may have moved the person.
 */
export async function judgeClicks<E extends KnownEvent>(
  tx: EngineTransaction,
  known: readonly E[],
): Promise<E[]> {
  const clicked = known.filter(({ one }) => isOpenClick(one.event));
  if (clicked.length === 0) return [...known];
  const refs = new Map(clicked.map(({ message }) => [keyOf(message), message]));
  const recorded = new Map(
    (await tx.trailsOf([...refs.values()])).map((trail) => [keyOf(trail), trail]),
  );
  const coming = Map.groupBy(known, ({ message }) => keyOf(message));
  return known.map((event) => {
    const { one, message } = event;
    const { url, at } = one.event;
    if (!isOpenClick(one.event) || url === null) return event;
    const key = keyOf(message);
    const trail = trailOf(recorded.get(key), coming.get(key) ?? []);
    const sign = machineSignOf(
      { at, url },
      { ...trail, arrivedAt: trail.arrivedAt ?? message.begunAt },
    );
    if (sign === null) return event;
    const judged: ProviderEvent = { ...one.event, actor: 'machine', machineSign: sign };
    return { ...event, one: { ...one, event: judged } };
  });
}

function isOpenClick({ type, actor, url }: ProviderEvent): boolean {
  return type === 'clicked' && actor !== 'machine' && url !== null;
}

function keyOf({ tenantId, id, attempt }: AttemptRef): string {
  return `${tenantId} ${id} ${attempt}`;
}

function trailOf(recorded: Trail | undefined, coming: readonly KnownEvent[]): Trail {
  const arrivals = coming.flatMap(({ one }) =>
    one.event.type === 'delivered' ? [one.event.at] : [],
  );
  if (recorded !== undefined && recorded.arrivedAt !== null) arrivals.push(recorded.arrivedAt);
  const clicks = coming.flatMap(({ one }): Click[] =>
    one.event.type === 'clicked' && one.event.url !== null
      ? [{ at: one.event.at, url: one.event.url }]
      : [],
  );
  return {
    arrivedAt: arrivals.length === 0 ? null : Math.min(...arrivals),
    clicks: [...(recorded?.clicks ?? []), ...clicks],
  };
}
