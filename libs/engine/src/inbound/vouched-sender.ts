import { emailDomain } from '@cadenza/domain';
import type { InboundMail } from '@cadenza/inbound';

/** `{@example.com : pass, @other.example : fail}`, as SendGrid writes what it found. */
const SIGNED_BY = /@([a-z0-9.-]{1,253})\s{0,5}:\s{0,5}pass\b/gi;
const MOST_READ = 4_000;

/**
 * Whether a mail's From address is its domain's own, by what the provider found when it came: a DKIM
 * signature of that domain, or SPF for an envelope of it (the alignment of RFC 7489 §3.1). Anybody can
 * write anything into From.
 *
 * @param fields the provider's form; names in whatever case.
 */
export function isVouchedFor(
  mail: Pick<InboundMail, 'from' | 'returnPath'>,
  fields: Readonly<Record<string, Uint8Array>>,
): boolean {
  if (mail.from === null) return false;
  const domain = emailDomain(mail.from.address);
  const signed = [...textOf(fields, 'dkim').matchAll(SIGNED_BY)];
  if (signed.some(([, by = '']) => isAligned(by.toLowerCase(), domain))) return true;
  const envelope = mail.returnPath === null ? '' : emailDomain(mail.returnPath);
  return /^pass\b/i.test(textOf(fields, 'spf')) && isAligned(envelope, domain);
}

function textOf(fields: Readonly<Record<string, Uint8Array>>, name: string): string {
  const found = Object.entries(fields).find(([field]) => field.toLowerCase() === name);
  return Buffer.from(found?.[1] ?? [])
    .subarray(0, MOST_READ)
    .toString()
    .trim();
}

/** The same domain, or one above or below the other. */
function isAligned(a: string, b: string): boolean {
  if (!a.includes('.') || !b.includes('.')) return false;
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}
