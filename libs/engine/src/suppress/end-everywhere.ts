import type { Id } from '@cadenza/domain';
import type { AddressRef } from '../ports/refs.ts';
import type { SuppressionTarget } from '../ports/suppressions.ts';
import type { EngineStore } from '../ports/store.ts';
import { endSuppressed, type SuppressOptions } from './suppress.ts';

/**
 * Ends what is active of every tenant's to addresses and domains that are suppressed for all, some at
 * a time. They are to be on the list already: from then on the gate keeps messages to them back.
 *
 * @returns how many enrollments have ended.
 */
export async function endSuppressedEverywhere(
  targets: readonly SuppressionTarget[],
  options: SuppressOptions & { readonly store: EngineStore },
): Promise<number> {
  const { store } = options;
  const byMail = targets.filter(({ channel }) => channel === 'email');
  const valuesOf = (wanted: SuppressionTarget['kind']) =>
    byMail.filter(({ kind }) => kind === wanted).map(({ value }) => value);
  const concerned = new Map<Id, SuppressionTarget[]>();
  const add = (kind: SuppressionTarget['kind'], refs: readonly AddressRef[]) => {
    for (const { tenantId, value } of refs) {
      const known = concerned.get(tenantId) ?? [];
      concerned.set(tenantId, [...known, { channel: 'email', kind, value }]);
    }
  };
  add('address', await store.tenantsOfAddresses(valuesOf('address')));
  add('domain', await store.tenantsOfDomains(valuesOf('domain')));
  let ended = 0;
  for (const [tenantId, own] of concerned) {
    ended += (await endSuppressed(tenantId, own, options)).length;
  }
  return ended;
}
