import type { SenderIdentityRecord } from '@cadenza/database';
import type { Problem } from '@cadenza/domain';
import { SENDER_NOT_VERIFIED } from '@cadenza/engine';

/** What keeps a campaign's own sender from sending, and what to do about it: nothing is lost meanwhile. */
export function senderWarnings(sender: SenderIdentityRecord): Problem[] {
  const { id, email, verification, verificationDetail, pausedAt, pauseReason } = sender;
  const path = 'senderIdentityId';
  const because = (reason: string | null) => (reason === null ? '' : ` (${reason})`);
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
