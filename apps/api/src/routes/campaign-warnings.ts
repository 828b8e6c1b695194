import type { SenderIdentityRecord, TenantStatus } from '@cadenza/database';
import type { Problem } from '@cadenza/domain';
import { SENDER_NOT_VERIFIED } from '@cadenza/engine';

const because = (reason: string | null) => (reason === null ? '' : ` (${reason})`);

/** What keeps a campaign from sending, and what to do about it: nothing is lost meanwhile. */
export function campaignWarnings(tenant: TenantStatus, sender: SenderIdentityRecord): Problem[] {
  return [...tenantWarnings(tenant), ...senderWarnings(sender)];
}

function tenantWarnings({ status, pauseReason }: TenantStatus): Problem[] {
  if (status === 'active') return [];
  return [
    {
      path: '',
      code: 'tenant_paused',
      message: `The tenant is paused${because(pauseReason)}: nothing is sent until an operator resumes it (cadenza tenant resume).`,
    },
  ];
}

function senderWarnings(sender: SenderIdentityRecord): Problem[] {
  const { id, email, verification, verificationDetail, pausedAt, pauseReason } = sender;
  const path = 'senderIdentityId';
  const warnings: Problem[] = [];
  if (verification !== 'verified') {
    const found = `${email} is ${verification}${because(verificationDetail)}, expected verified`;
    warnings.push({
      path,
      code: 'sender_unverified',
      message: `${found}: nothing is sent before. POST /v1/sender-identities/${id}/verify asks SendGrid.`,
    });
  }
  const endsWithVerifying = verification !== 'verified' && pauseReason === SENDER_NOT_VERIFIED;
  if (pausedAt !== null && !endsWithVerifying) {
    warnings.push({
      path,
      code: 'sender_paused',
      message: `${email} is paused${because(pauseReason)}: nothing is sent until POST /v1/sender-identities/${id}/resume.`,
    });
  }
  return warnings;
}
