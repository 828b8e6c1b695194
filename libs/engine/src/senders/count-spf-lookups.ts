import type { MailDns } from '@cadenza/domain';

/** More look-ups than this make a record an error (RFC 7208 §4.6.4). */
export const MOST_SPF_LOOKUPS = 10;

export function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/**
 * How many look-ups a receiver needs to evaluate a record, roughly: what stands in macros is counted
 * and not followed. Counting ends where there are too many.
 */
export async function countSpfLookups(record: string, dns: MailDns): Promise<number> {
  let count = 0;
  const waiting = [record];
  for (;;) {
    const text = waiting.shift();
    if (text === undefined || count > MOST_SPF_LOOKUPS) return count;
    for (const term of text.toLowerCase().split(/\s+/).slice(1)) {
      const [, name = '', target] =
        /^[+?~-]?(include|redirect|exists|mx|ptr|a)(?:[:=]([^/]*))?(?:\/.*)?$/.exec(term) ?? [];
      if (name === '') continue;
      count += 1;
      const isFollowed = (name === 'include' || name === 'redirect') && !target?.includes('%');
      if (!isFollowed || target === undefined || count > MOST_SPF_LOOKUPS) continue;
      const answer = await dns.texts(target);
      if (answer.kind === 'found') waiting.push(...answer.values.filter(isSpf).slice(0, 1));
    }
  }
}
