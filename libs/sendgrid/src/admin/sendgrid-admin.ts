import {
  emailDomain,
  normalizeEmail,
  type DomainAuthentication,
  type DomainAuthenticator,
} from '@cadenza/domain';
import { z } from 'zod';
import { createHttpTransport } from '../transport/http-transport.ts';
import { resolveConnection, type SendGridConnectionOptions } from '../transport/options.ts';
import { createAccountSettings, type SendGridAccountSettings } from './account-settings.ts';
import { SendGridApiError } from './api-error.ts';

/** Whether SendGrid takes mail from an address. */
export interface SenderVerification {
  readonly status: 'verified' | 'pending' | 'unverified';
  /** In words, without the address. */
  readonly reason: string;
}

export interface SendGridAdmin extends DomainAuthenticator, SendGridAccountSettings {
  /**
   * Whether an address may send: by an authenticated domain that is exactly its own, or as a
   * verified single sender. `pending` where one of the two was begun and is not confirmed.
   */
  senderVerification(email: string): Promise<SenderVerification>;
  readonly bounces: {
    /**
     * Takes an address off SendGrid's bounce list, so that mail to it is tried again. False where
     * it was not on it.
     */
    remove(email: string): Promise<boolean>;
  };
  close(): Promise<void>;
}

const PAGE = 100;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const verifiedSendersSchema = z.object({
  results: z.array(z.object({ id: z.number(), from_email: z.string(), verified: z.boolean() })),
});
const wantedSchema = z.object({ host: z.string(), data: z.string() });
const domainsSchema = z.array(
  z.object({
    id: z.number(),
    domain: z.string(),
    valid: z.boolean(),
    // Which records there are depends on how the domain was set up.
    dns: z.record(z.string(), z.unknown()).optional(),
  }),
);
const validationSchema = z.object({
  valid: z.boolean(),
  validation_results: z
    .record(z.string(), z.object({ valid: z.boolean(), reason: z.string().nullish() }))
    .optional(),
});

/**
 * The few administrative requests that Cadenza makes. All throw {@link SendGridApiError}; none is
 * repeated. Throws `InvalidInputError` for unusable options.
 */
export function createSendGridAdmin(options: SendGridConnectionOptions): SendGridAdmin {
  const transport = createHttpTransport(resolveConnection(options));

  async function call(method: 'GET' | 'POST' | 'DELETE', path: string, what: string) {
    const request = { method, path, body: null, deadline: null, maxBodyBytes: MAX_BODY_BYTES };
    const result = await transport.exchange(request);
    if (result.kind !== 'answered') throw new SendGridApiError(what, null, result.reason);
    return result;
  }

  async function read<T>(
    path: string,
    schema: z.ZodType<T>,
    what: string,
    method: 'GET' | 'POST' = 'GET',
  ): Promise<T> {
    const { status, body } = await call(method, path, what);
    if (status !== 200) throw new SendGridApiError(what, status, `HTTP ${status} ${body}`);
    const parsed = schema.safeParse(parseJson(body));
    if (parsed.success) return parsed.data;
    throw new SendGridApiError(what, status, 'the answer does not have the documented form');
  }

  async function authenticatedDomains(domain: string) {
    const query = new URLSearchParams({ domain, limit: String(PAGE) });
    const domains = await read(
      `/v3/whitelabel/domains?${query.toString()}`,
      domainsSchema,
      'reading authenticated domains',
    );
    // The filter of the request may match more than the very domain.
    return domains.filter((entry) => entry.domain.toLowerCase() === domain);
  }

  async function domainAuthentication(domain: string): Promise<DomainAuthentication | null> {
    const domains = await authenticatedDomains(domain);
    const own = domains.find(({ valid }) => valid) ?? domains[0];
    if (own === undefined) return null;
    const { valid, validation_results: results = {} } = await read(
      `/v3/whitelabel/domains/${own.id}/validate`,
      validationSchema,
      'validating an authenticated domain',
      'POST',
    );
    const problems = Object.entries(results).flatMap(([name, result]) =>
      result.valid ? [] : [`${name}: ${result.reason ?? 'not valid'}`],
    );
    const dkim = Object.entries(own.dns ?? {}).flatMap(([name, record]) => {
      const wanted = wantedSchema.safeParse(record);
      return name.startsWith('dkim') && wanted.success ? [wanted.data] : [];
    });
    return { valid, problems, dkim };
  }

  async function domainVerification(domain: string): Promise<SenderVerification | null> {
    const own = await authenticatedDomains(domain);
    if (own.length === 0) return null;
    return own.some((entry) => entry.valid)
      ? { status: 'verified', reason: `domain ${domain} is authenticated` }
      : { status: 'pending', reason: `the DNS records of domain ${domain} are not validated yet` };
  }

  async function singleSenderVerification(email: string): Promise<SenderVerification | null> {
    let lastSeen: number | null = null;
    let found = false;
    for (;;) {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (lastSeen !== null) query.set('lastSeenID', String(lastSeen));
      const { results } = await read(
        `/v3/verified_senders?${query.toString()}`,
        verifiedSendersSchema,
        'reading verified senders',
      );
      const own = results.filter((entry) => normalizeEmail(entry.from_email) === email);
      if (own.some((entry) => entry.verified)) {
        return { status: 'verified', reason: 'the address is a verified single sender' };
      }
      found ||= own.length > 0;
      const last = results.at(-1)?.id ?? null;
      // A page that does not move on would be asked for again for ever.
      if (results.length < PAGE || last === null || last === lastSeen) break;
      lastSeen = last;
    }
    return found
      ? { status: 'pending', reason: 'the single sender has not confirmed its address yet' }
      : null;
  }

  return {
    async senderVerification(email) {
      const address = normalizeEmail(email);
      const byDomain = await domainVerification(emailDomain(address));
      if (byDomain?.status === 'verified') return byDomain;
      const bySender = await singleSenderVerification(address);
      if (bySender?.status === 'verified') return bySender;
      return (
        byDomain ??
        bySender ?? {
          status: 'unverified',
          reason: `neither the address nor domain ${emailDomain(address)} is known to SendGrid`,
        }
      );
    },
    domainAuthentication,
    ...createAccountSettings(read),
    bounces: {
      async remove(email) {
        const path = `/v3/suppression/bounces/${encodeURIComponent(normalizeEmail(email))}`;
        const what = 'removing a bounce';
        const { status, body } = await call('DELETE', path, what);
        if (status === 404) return false;
        if (status >= 200 && status < 300) return true;
        throw new SendGridApiError(what, status, `HTTP ${status} ${body}`);
      },
    },
    close: () => transport.close(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
