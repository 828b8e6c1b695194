import type {
  DnsAnswer,
  DomainAuthentication,
  DomainAuthenticator,
  MailDns,
} from '@cadenza/domain';
import { countSpfLookups, isSpf, MOST_SPF_LOOKUPS } from './count-spf-lookups.ts';

export const DOMAIN_CHECKS = ['spf', 'dkim', 'dmarc', 'sendgrid'] as const;
export type DomainCheck = (typeof DOMAIN_CHECKS)[number];

/** `warn`: mail arrives, and still something is not as it should be. */
export const DOMAIN_CHECK_STATES = ['pass', 'warn', 'fail', 'unknown'] as const;
export type DomainCheckState = (typeof DOMAIN_CHECK_STATES)[number];

export interface DomainFinding {
  readonly check: DomainCheck;
  readonly state: DomainCheckState;
  /** What there is, in words; records as they are. */
  readonly found: string;
  readonly expected: string;
}

/** Where SendGrid's keys are, where it does not say. */
const USUAL_SELECTORS = ['s1', 's2'];

type Provider =
  | { readonly kind: 'told'; readonly domain: DomainAuthentication | null }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Whether receivers can tell that mail of a domain is from who it says: its SPF, DKIM and DMARC
 * records, and what the provider says of them.
 *
 * @param domain of the sender's address, lower case.
 * @param provider null: there is no key to ask it with.
 */
export async function checkSenderDomain(
  domain: string,
  { dns, provider }: { readonly dns: MailDns; readonly provider: DomainAuthenticator | null },
): Promise<DomainFinding[]> {
  const told = await askProvider(domain, provider);
  return [
    await checkSpf(domain, dns, told),
    await checkDkim(domain, dns, told),
    await checkDmarc(domain, dns),
    judgeProvider(domain, told),
  ];
}

async function askProvider(
  domain: string,
  provider: DomainAuthenticator | null,
): Promise<Provider> {
  if (provider === null) return { kind: 'unknown', reason: 'there is no key to ask SendGrid with' };
  try {
    return { kind: 'told', domain: await provider.domainAuthentication(domain) };
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function checkSpf(domain: string, dns: MailDns, told: Provider): Promise<DomainFinding> {
  const expected = `one TXT record of ${domain} that begins with v=spf1, of at most ${MOST_SPF_LOOKUPS} look-ups`;
  const finding = (state: DomainCheckState, found: string): DomainFinding => ({
    check: 'spf',
    state,
    found,
    expected,
  });
  const answer = await dns.texts(domain);
  if (answer.kind === 'unknown') return finding('unknown', answer.reason);
  const [record, ...others] = answer.kind === 'found' ? answer.values.filter(isSpf) : [];
  if (record === undefined) {
    // SendGrid's own return path has a record then, which is the one that receivers look at.
    return told.kind === 'told' && told.domain?.valid === true
      ? finding('warn', 'none; SendGrid’s return path has its own')
      : finding('fail', 'none');
  }
  if (others.length > 0) return finding('fail', [record, ...others].join(' | '));
  if (/\s\+?all(?:\s|$)/i.test(record)) return finding('warn', `${record} (anybody may send)`);
  const lookUps = await countSpfLookups(record, dns);
  return lookUps > MOST_SPF_LOOKUPS
    ? finding('fail', `${record} (more than ${MOST_SPF_LOOKUPS} look-ups)`)
    : finding('pass', record);
}

async function checkDkim(domain: string, dns: MailDns, told: Provider): Promise<DomainFinding> {
  const wanted = told.kind === 'told' ? (told.domain?.dkim ?? []) : [];
  const places =
    wanted.length > 0
      ? wanted
      : USUAL_SELECTORS.map((selector) => ({
          host: `${selector}._domainkey.${domain}`,
          data: null,
        }));
  const answers = await Promise.all(
    places.map(async ({ host, data }) => ({ host, ...(await keyAt(host, data, dns)) })),
  );
  const states = answers.map(({ state }) => state);
  return {
    check: 'dkim',
    state: states.includes('unknown')
      ? 'unknown'
      : states.every((state) => state === 'pass')
        ? 'pass'
        : states.includes('pass')
          ? 'warn'
          : 'fail',
    found: answers.map(({ host, found }) => `${host}: ${found}`).join(' | '),
    expected: places
      .map(({ host, data }) => (data === null ? `a key at ${host}` : `${host} CNAME ${data}`))
      .join(' | '),
  };
}

async function keyAt(
  host: string,
  data: string | null,
  dns: MailDns,
): Promise<{ state: 'pass' | 'fail' | 'unknown'; found: string }> {
  const alias = await dns.alias(host);
  if (alias.kind === 'found') {
    const found = `CNAME ${alias.values.join(' ')}`;
    return { state: data === null || isAlias(alias, data) ? 'pass' : 'fail', found };
  }
  if (alias.kind === 'unknown') return { state: 'unknown', found: alias.reason };
  const key = await dns.texts(host);
  if (key.kind === 'unknown') return { state: 'unknown', found: key.reason };
  const isKey = key.kind === 'found' && key.values.some((text) => /(?:^|;)\s*p=[^;\s]/i.test(text));
  return isKey ? { state: 'pass', found: 'TXT with a key' } : { state: 'fail', found: 'none' };
}

function isAlias(answer: Extract<DnsAnswer, { readonly kind: 'found' }>, data: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/\.$/, '');
  return answer.values.some((value) => plain(value) === plain(data));
}

/** The policy of the domain, or of the nearest one above it that has one. */
async function checkDmarc(domain: string, dns: MailDns): Promise<DomainFinding> {
  const expected = `one TXT record of _dmarc.${domain}, or of a domain above it, with v=DMARC1 and a policy p=`;
  const finding = (state: DomainCheckState, found: string): DomainFinding => ({
    check: 'dmarc',
    state,
    found,
    expected,
  });
  const labels = domain.split('.');
  for (let from = 0; from <= labels.length - 2; from += 1) {
    const answer = await dns.texts(`_dmarc.${labels.slice(from).join('.')}`);
    if (answer.kind === 'unknown') return finding('unknown', answer.reason);
    const records =
      answer.kind === 'found'
        ? answer.values.filter((text) => /^v=DMARC1\s*(?:;|$)/i.test(text))
        : [];
    const [record] = records;
    if (record === undefined) continue;
    const isOne =
      records.length === 1 && /;\s*p\s*=\s*(?:none|quarantine|reject)\s*(?:;|$)/i.test(record);
    return finding(isOne ? 'pass' : 'fail', records.join(' | '));
  }
  return finding('fail', 'none');
}

function judgeProvider(domain: string, told: Provider): DomainFinding {
  const finding = (state: DomainCheckState, found: string): DomainFinding => ({
    check: 'sendgrid',
    state,
    found,
    expected: `${domain} as an authenticated domain of SendGrid, whose records are valid`,
  });
  if (told.kind === 'unknown') return finding('unknown', told.reason);
  if (told.domain === null) return finding('warn', 'no authenticated domain');
  if (told.domain.valid) return finding('pass', 'valid');
  return finding('fail', told.domain.problems.join(' | ') || 'not valid');
}
