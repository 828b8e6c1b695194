import type {
  DomainCheckRecord,
  SenderIdentityRecord,
  SmsSenderRecord,
  TenantStatus,
} from '@cadenza/database';
import type { Problem } from '@cadenza/domain';
import { SENDER_NOT_VERIFIED } from '@cadenza/engine';

const because = (reason: string | null) => (reason === null ? '' : ` (${reason})`);

/** What keeps a campaign from sending, and what to do about it: nothing is lost meanwhile. */
export function campaignWarnings(
  tenant: TenantStatus,
  /** Null: it sends no mail. */
  sender: SenderIdentityRecord | null,
  domain: Pick<DomainCheckRecord, 'findings'> | null,
): Problem[] {
  return [
    ...tenantWarnings(tenant),
    ...(sender === null ? [] : senderWarnings(sender.email, sender, MAIL_SENDER)),
    ...(sender === null || domain === null ? [] : domainWarnings(sender, domain)),
  ];
}

/** The same of whom its text messages come from. @param path of the sender in the campaign. */
export function smsSenderWarnings(sender: SmsSenderRecord, path: string): Problem[] {
  const warnings = senderWarnings(sender.from, sender, {
    path,
    routes: '/v1/sms-senders',
    asks: 'the provider',
  });
  return [...warnings, ...helpWarnings(sender, path)];
}

/** Nobody can answer a name. */
const ANSWERABLE = /^\+?\d+$/;

function helpWarnings(
  { id, from, helpContact, answers }: SmsSenderRecord,
  path: string,
): Problem[] {
  if (helpContact !== null || answers.help !== undefined || !ANSWERABLE.test(from)) return [];
  return [
    {
      path,
      code: 'help_contact_missing',
      message: `${from} has no helpContact: the answer to HELP names nobody to turn to, which carriers ask for. PATCH /v1/sms-senders/${id} sets it.`,
    },
  ];
}

const MAIL_SENDER = {
  path: 'senderIdentityId',
  routes: '/v1/sender-identities',
  asks: 'SendGrid',
} as const;

/** What keeps no mail from being sent, and may keep it from arriving. */
function domainWarnings(
  { id }: SenderIdentityRecord,
  { findings }: Pick<DomainCheckRecord, 'findings'>,
): Problem[] {
  return findings
    .filter(({ state }) => state === 'fail')
    .map(({ check, found, expected }) => ({
      path: 'senderIdentityId',
      code: `domain_${check}`,
      message: `${check.toUpperCase()} of the sender's domain: ${found} was found, expected ${expected}. Receivers may refuse its mail. POST /v1/sender-identities/${id}/check-domain looks again.`,
    }));
}

/** What keeps a campaign from being started: no mail may leave without it (CAN-SPAM). */
export function postalAddressProblems({ postalAddress }: TenantStatus): Problem[] {
  if (postalAddress !== null && postalAddress.trim() !== '') return [];
  return [
    {
      path: '',
      code: 'postal_address_missing',
      message:
        'The tenant has no postal address, which every mail must hold: no campaign is started before an operator sets it (cadenza tenant postal-address).',
    },
  ];
}

function tenantWarnings(tenant: TenantStatus): Problem[] {
  const { status, pauseReason } = tenant;
  const missing = postalAddressProblems(tenant);
  if (status === 'active') return missing;
  return [
    ...missing,
    {
      path: '',
      code: 'tenant_paused',
      message: `The tenant is paused${because(pauseReason)}: nothing is sent until an operator resumes it (cadenza tenant resume).`,
    },
  ];
}

function senderWarnings(
  name: string,
  sender: Pick<
    SenderIdentityRecord,
    'id' | 'verification' | 'verificationDetail' | 'pausedAt' | 'pauseReason'
  >,
  { path, routes, asks }: { readonly path: string; readonly routes: string; readonly asks: string },
): Problem[] {
  const { id, verification, verificationDetail, pausedAt, pauseReason } = sender;
  const warnings: Problem[] = [];
  if (verification !== 'verified') {
    const found = `${name} is ${verification}${because(verificationDetail)}, expected verified`;
    warnings.push({
      path,
      code: 'sender_unverified',
      message: `${found}: nothing is sent before. POST ${routes}/${id}/verify asks ${asks}.`,
    });
  }
  const endsWithVerifying = verification !== 'verified' && pauseReason === SENDER_NOT_VERIFIED;
  if (pausedAt !== null && !endsWithVerifying) {
    warnings.push({
      path,
      code: 'sender_paused',
      message: `${name} is paused${because(pauseReason)}: nothing is sent until POST ${routes}/${id}/resume.`,
    });
  }
  return warnings;
}
