import {
  emailDomain,
  type AddressValidator,
  type MailDns,
  type MailRoute,
  type ProviderVerdict,
} from '@cadenza/domain';
import type { AddressToCheck, CheckedAddress, PostponedAddress } from '../ports/addresses.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';
import { flagsOf, judgeByRoute, united, worse } from './judge-address.ts';
import { mapBounded } from './map-bounded.ts';

export interface AddressCheckOptions {
  readonly store: Pick<EngineStore, 'transaction' | 'claimUncheckedAddresses'>;
  /** Null: domains are not looked up. */
  readonly dns: MailDns | null;
  /** Null: there is no provider to ask, whatever tenants want. */
  readonly validator: AddressValidator | null;
  /** Domains whose addresses are thrown away. */
  readonly disposable: ReadonlySet<string>;
  /** Real milliseconds after which a result expires. */
  readonly keptMs: number;
  /** Real milliseconds after which a domain that was not found is looked for again, to be sure. */
  readonly confirmMs: number;
  /** Addresses of one round at most. */
  readonly limit: number;
  /** Domains that are looked up, and addresses that the provider is asked about, at once. */
  readonly concurrency: number;
  /** Real milliseconds that a round may take before another may take up the same addresses. */
  readonly leaseMs: number;
  /** Once true nobody is asked any more, and what is left of the round is checked later. */
  readonly stopping?: () => boolean;
}

export interface AddressCheckResult {
  readonly claimed: number;
  /** What was found out: `unchecked` where it is no more than what an address is by its form. */
  readonly checked: Readonly<Record<'valid' | 'risky' | 'invalid' | 'unchecked', number>>;
  /** Their domain was not found for the first time: it is looked for again. */
  readonly doubted: number;
  /** Nothing was found out, or not all: they are checked again later. */
  readonly postponed: number;
  /** Why the last one was, in words without personal data; null where none was. */
  readonly failure: string | null;
}

/** Real milliseconds after which nothing that is invalid is believed any more: domains come back. */
const INVALID_KEPT_MS = 7 * 86_400_000;
/** Real milliseconds before an address is checked again of which nothing was found out, at least. */
const WAIT_MS = 300_000;

const STOPPING = { kind: 'unknown', retryAfterMs: null, reason: 'stopping' } as const;

type Finding =
  | { readonly kind: 'checked'; readonly row: CheckedAddress; readonly failure: string | null }
  | { readonly kind: 'postponed'; readonly row: PostponedAddress; readonly failure: string }
  | { readonly kind: 'doubted'; readonly row: TenantRef; readonly failure: null };

/**
 * Checks addresses whose check is due: by their form, by what DNS says of their domain, and, where
 * the tenant wants it, by what the provider says. What has been found out about an address before is
 * not asked again until it expires. Nobody who could not be asked makes an address invalid, nor does a
 * domain that is not found once: it must not be found a second time, after a while.
 */
export async function checkAddresses(options: AddressCheckOptions): Promise<AddressCheckResult> {
  const { store, limit, leaseMs } = options;
  const claimed = await store.claimUncheckedAddresses(limit, leaseMs);
  const checked = { valid: 0, risky: 0, invalid: 0, unchecked: 0 };
  if (claimed.length === 0) return { claimed: 0, checked, doubted: 0, postponed: 0, failure: null };
  const tenantIds = [...new Set(claimed.map(({ tenantId }) => tenantId))];
  const addresses = await store.transaction(tenantIds, (tx) => tx.addressesToCheck(claimed));
  // Between two transactions: none stays open while somebody else's server is asked.
  const findings = await findOut(addresses, options);
  const rows = findings.flatMap((finding) => (finding.kind === 'checked' ? [finding.row] : []));
  const postponed = findings.flatMap((finding) =>
    finding.kind === 'postponed' ? [finding.row] : [],
  );
  const doubted = findings.flatMap((finding) => (finding.kind === 'doubted' ? [finding.row] : []));
  await store.transaction(tenantIds, async (tx) => {
    await tx.recordAddressChecks(rows, { keptMs: options.keptMs, invalidKeptMs: INVALID_KEPT_MS });
    await tx.doubtAddresses(doubted, options.confirmMs);
    await tx.postponeAddressChecks(postponed);
  });
  for (const { validity } of rows) checked[validity ?? 'unchecked'] += 1;
  return {
    claimed: claimed.length,
    checked,
    doubted: doubted.length,
    postponed: postponed.length + rows.filter(({ again }) => again).length,
    failure: findings.findLast(({ failure }) => failure !== null)?.failure ?? null,
  };
}

async function findOut(
  addresses: readonly AddressToCheck[],
  options: AddressCheckOptions,
): Promise<Finding[]> {
  const { dns, validator, concurrency, stopping = () => false } = options;
  const isKnown = ({ known, askProvider }: AddressToCheck) =>
    known !== null && (known.source === 'provider' || !askProvider || validator === null);
  const domains = [
    ...new Set(addresses.filter((one) => !isKnown(one)).map(({ address }) => emailDomain(address))),
  ];
  const routes = new Map<string, MailRoute>(
    dns === null
      ? []
      : await mapBounded(domains, concurrency, async (domain) => [
          domain,
          stopping() ? STOPPING : await dns.mailRoute(domain),
        ]),
  );
  return mapBounded(addresses, concurrency, async (one) => {
    const flags = flagsOf(one.address, options.disposable);
    if (one.known !== null && isKnown(one)) return repeated(one, one.known, flags);
    const route = routes.get(emailDomain(one.address)) ?? null;
    const byRoute = route === null ? null : judgeByRoute(route);
    const asked =
      validator !== null && one.askProvider && byRoute?.validity !== 'invalid'
        ? stopping()
          ? STOPPING
          : await validator.validate(one.address)
        : null;
    return finding(one, { flags, route, byRoute, asked });
  });
}

function repeated(
  { tenantId, id, address }: AddressToCheck,
  known: NonNullable<AddressToCheck['known']>,
  flags: CheckedAddress['flags'],
): Finding {
  const row: CheckedAddress = {
    tenantId,
    id,
    address,
    validity: known.validity,
    flags: united(flags, known.flags),
    reasons: known.reasons,
    score: null,
    source: known.source,
    known: true,
    again: false,
  };
  return { kind: 'checked', row, failure: null };
}

function finding(
  { tenantId, id, address, doubted }: AddressToCheck,
  found: {
    readonly flags: CheckedAddress['flags'];
    readonly route: MailRoute | null;
    readonly byRoute: ReturnType<typeof judgeByRoute>;
    readonly asked: ProviderVerdict | null;
  },
): Finding {
  const { flags, route, byRoute, asked } = found;
  const row = { tenantId, id, address, known: false };
  if (route?.kind === 'none' && route.reason !== 'null_mx' && !doubted) {
    return { kind: 'doubted', row: { tenantId, id }, failure: null };
  }
  if (asked?.kind === 'judged') {
    const { validity, reasons } = worse(byRoute, asked);
    const { score } = asked;
    const all = united(flags, asked.flags);
    return {
      kind: 'checked',
      row: { ...row, validity, reasons, flags: all, score, source: 'provider', again: false },
      failure: null,
    };
  }
  if (byRoute === null && route !== null) {
    const waitMs = Math.max(WAIT_MS, asked?.retryAfterMs ?? 0);
    const failure = route.kind === 'unknown' ? route.reason : 'nothing was found out';
    return { kind: 'postponed', row: { tenantId, id, waitMs }, failure };
  }
  return {
    kind: 'checked',
    row: {
      ...row,
      validity: byRoute?.validity ?? null,
      reasons: byRoute?.reasons ?? [],
      flags,
      score: null,
      source: 'dns',
      again: asked !== null,
    },
    failure: asked?.reason ?? null,
  };
}
