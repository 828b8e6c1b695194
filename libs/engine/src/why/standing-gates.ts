import { SENDER_NOT_VERIFIED } from '../control/pause.ts';
import type { SendLimits } from '../ports/limits.ts';
import type { WhyFacts } from '../ports/why.ts';
import { closedGate, openGate, type WhyGate, type WhyGateName } from './explanation.ts';

/** Gates that no time opens: somebody has decided something, or has to. */
export function standingGates(facts: WhyFacts, { pausedFor }: SendLimits): WhyGate[] {
  const { campaign, tenant, sender } = facts;
  // Verifying it ends this pause.
  const unverified = sender.verification !== 'verified';
  const pausedForThat = unverified && sender.pauseReason === SENDER_NOT_VERIFIED;
  return [
    suppressed(facts),
    optedOut(facts),
    address(facts),
    gate('everything', pausedFor !== null, {
      closed: `an operator lets nothing leave for any tenant${because(pausedFor)}`,
      open: 'nobody has paused everything',
    }),
    gate('tenant', tenant.paused, {
      closed: `the tenant is paused${because(tenant.pauseReason)}`,
      open: 'the tenant is active',
    }),
    gate('campaign', campaign.status !== 'running', {
      closed: `the campaign is ${campaign.status}${because(campaign.pauseReason)}, expected running`,
      open: 'the campaign is running',
    }),
    gate('sender', sender.paused && !pausedForThat, {
      closed: `the sender identity ${sender.from} is paused${because(sender.pauseReason)}`,
      open: 'nobody has paused the sender identity',
    }),
    gate('sender_verification', unverified, {
      closed: `the sender identity ${sender.from} is ${sender.verification}, expected verified`,
      open: 'the sender identity is verified',
    }),
    // It is asked for when a campaign is started or resumed, and not again.
    gate(
      'postal_address',
      (tenant.postalAddress ?? '').trim() === '' && campaign.status !== 'running',
      {
        closed: 'the tenant has no postal address, without which no campaign is started or resumed',
        open: 'no campaign is kept from being started',
      },
    ),
  ];
}

function suppressed({ suppressions }: WhyFacts): WhyGate {
  const [first] = suppressions;
  if (first === undefined)
    return openGate('suppressed', 'neither address nor domain is suppressed');
  const whose = first.everywhere ? 'for all tenants' : 'for this tenant';
  return closedGate(
    'suppressed',
    `the contact’s ${first.kind} is suppressed ${whose} (${first.reason}): the enrollment ends when its turn comes`,
  );
}

function optedOut({ leftAt, leftAllAt, channel }: WhyFacts): WhyGate {
  if (leftAllAt !== null) {
    const what = `all ${channel === 'sms' ? 'text messages' : 'e-mail'} of the tenant`;
    return closedGate(
      'opted_out',
      `the contact has left ${what}: the enrollment ends when its turn comes`,
    );
  }
  return gate('opted_out', leftAt !== null, {
    closed: 'the contact has left this campaign: the enrollment ends when its turn comes',
    open: 'the contact has left neither this campaign nor everything',
  });
}

function address({ address: value, blockedFor, channel }: WhyFacts): WhyGate {
  if (value === null) {
    const what = channel === 'sms' ? 'phone number' : 'e-mail address';
    return closedGate('address', `the contact has no ${what}`);
  }
  return gate('address', blockedFor.length > 0, {
    closed: `the contact’s address is ${blockedFor.join(', ')}, which the tenant writes to nobody of: the enrollment ends when its turn comes`,
    open: 'the contact has an address that may be written to',
  });
}

function gate(
  name: WhyGateName,
  closed: boolean,
  reasons: { readonly closed: string; readonly open: string },
): WhyGate {
  return closed ? closedGate(name, reasons.closed) : openGate(name, reasons.open);
}

function because(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`;
}
