import {
  emailDomain,
  type AddressFlag,
  type AddressVerdict,
  type MailRoute,
  type ProviderVerdict,
} from '@cadenza/domain';
import { isDisposableDomain } from './disposable-domain.ts';
import { isRoleAddress } from './role-address.ts';

/** What can be said of an address by its form alone. */
export function flagsOf(address: string, disposable: ReadonlySet<string>): AddressFlag[] {
  const flags: AddressFlag[] = [];
  if (isRoleAddress(address)) flags.push('role');
  if (isDisposableDomain(emailDomain(address), disposable)) flags.push('disposable');
  return flags;
}

/** What DNS says of an address; null where it says nothing. */
export function judgeByRoute(route: MailRoute): Omit<AddressVerdict, 'flags'> | null {
  switch (route.kind) {
    case 'mail_server':
      return { validity: 'valid', reasons: [] };
    case 'address_only':
      return { validity: 'risky', reasons: ['no_mail_server'] };
    case 'none':
      return { validity: 'invalid', reasons: [route.reason] };
    case 'unknown':
      return null;
  }
}

const RANK = { valid: 0, risky: 1, invalid: 2 } as const;

/** The worse of two verdicts on the same address, with the reasons of both. */
export function worse(
  one: Omit<AddressVerdict, 'flags'> | null,
  other: Extract<ProviderVerdict, { readonly kind: 'judged' }>,
): Omit<AddressVerdict, 'flags'> {
  if (one === null) return other;
  return {
    validity: RANK[one.validity] > RANK[other.validity] ? one.validity : other.validity,
    reasons: [...new Set([...one.reasons, ...other.reasons])],
  };
}

export function united(
  one: readonly AddressFlag[],
  other: readonly AddressFlag[],
): readonly AddressFlag[] {
  return [...new Set([...one, ...other])];
}
