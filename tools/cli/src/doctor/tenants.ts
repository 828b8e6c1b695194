import type { Database } from '@cadenza/database';
import { emailDomain, type Id, type MailDns } from '@cadenza/domain';
import { checkSenderDomain, type DomainFinding } from '@cadenza/engine';
import type { SendGridAdmin } from '@cadenza/sendgrid';
import { acrossTenants } from '../owner.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Who there is to be asked; null: nobody. */
export interface Askable {
  readonly dns: MailDns | null;
  /** The installation's account. */
  readonly sendGrid: SendGridAdmin | null;
  /** The accounts of those tenants that have one of their own. */
  readonly ownSendGrid: ReadonlyMap<Id, SendGridAdmin>;
}

/** Whether tenants may send, and whether what they send is believed to be theirs. */
export async function tenantFindings(db: Database, ask: Askable): Promise<Finding[]> {
  const { tenants, senders } = await acrossTenants(db, async (trx) => ({
    tenants: await trx
      .selectFrom('tenants')
      .select(['name', 'postal_address as postalAddress'])
      .orderBy('name')
      .execute(),
    senders: await trx
      .selectFrom('email_sender_identities')
      .select(['tenant_id as tenantId', 'email'])
      .where('channel', '=', 'email')
      .where('paused_at', 'is', null)
      .$narrowType<{ email: string }>()
      .orderBy('email')
      .execute(),
  }));
  const verified: Finding[] = [];
  const byAccount = Map.groupBy(
    senders,
    ({ tenantId }) => ask.ownSendGrid.get(tenantId) ?? ask.sendGrid,
  );
  for (const [account, list] of byAccount) {
    const addresses = [...new Set(list.map(({ email }) => email))];
    verified.push(...(await each(addresses, (email) => verificationFindings(email, account))));
  }
  const domains = [...new Set(senders.map(({ email }) => emailDomain(email)))];
  return [
    postalAddressFinding(tenants),
    ...verified,
    ...(ask.dns === null
      ? []
      : await each(domains, domainFindings({ dns: ask.dns, provider: ask.sendGrid }))),
  ];
}

function postalAddressFinding(
  tenants: readonly { readonly name: string; readonly postalAddress: string | null }[],
): Finding {
  const check = 'tenants.postal_address';
  const without = tenants.filter(({ postalAddress }) => !postalAddress?.trim());
  if (without.length === 0) return ok(check, `all ${tenants.length} tenants have one`);
  const names = without.map(({ name }) => `"${name}"`).join(', ');
  return fail(
    check,
    `${names} without: no campaign of theirs is started`,
    'Set it: cadenza tenant postal-address <tenant> <address>',
  );
}

async function verificationFindings(
  email: string,
  sendGrid: SendGridAdmin | null,
): Promise<Finding[]> {
  if (sendGrid === null) return [];
  const check = `senders.${email}`;
  try {
    const { status, reason } = await sendGrid.senderVerification(email);
    if (status === 'verified') return [ok(check, reason)];
    const todo =
      'Authenticate its domain in SendGrid (Settings, Sender Authentication), or verify it as a single sender.';
    return [fail(check, reason, todo)];
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return [warn(check, said, 'Look at the findings about SendGrid, and run this again.')];
  }
}

function domainFindings(ask: Parameters<typeof checkSenderDomain>[1]) {
  return async (domain: string): Promise<Finding[]> => {
    // What SendGrid says of the domain has been said of its senders.
    const findings = await checkSenderDomain(domain, ask);
    return findings
      .filter(({ check }) => check !== 'sendgrid')
      .map((one) => dnsFinding(domain, one));
  };
}

function dnsFinding(domain: string, { check, state, found, expected }: DomainFinding): Finding {
  const name = `dns.${domain}.${check}`;
  switch (state) {
    case 'pass':
      return ok(name, found);
    case 'warn':
      return warn(name, found, `Expected ${expected}.`);
    case 'fail':
      return fail(name, found, `Publish it: expected ${expected}.`);
    case 'unknown':
      return warn(name, found, 'Look at DNS_SERVERS, and run this again.');
  }
}

/** One after the other: it is others' servers that are asked. */
async function each<T>(
  list: readonly T[],
  look: (one: T) => Promise<readonly Finding[]>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const one of list) findings.push(...(await look(one)));
  return findings;
}
