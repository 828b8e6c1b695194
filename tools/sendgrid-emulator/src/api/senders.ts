import { z } from 'zod';
import { isEmailAddress, normalizeEmail } from '@cadenza/domain';
import type { Account, SenderDomain } from '../account.ts';
import { errorAnswer } from '../api-error.ts';
import { page, type Route } from './route.ts';

const senderSchema = z.object({
  nickname: z.string().optional(),
  from_email: z.string().refine((value) => isEmailAddress(normalizeEmail(value))),
  from_name: z.string().optional(),
  reply_to: z.string().optional(),
  reply_to_name: z.string().optional(),
  address: z.string().optional(),
  city: z.string().optional(),
  country: z.string().optional(),
});

/** Verified senders and authenticated domains. */
export function senderRoutes(account: Account): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v3/verified_senders',
      handle({ query }) {
        const id = query.get('id');
        const after = Number(query.get('lastSeenID') ?? 0);
        const results = account.senders.filter(
          (sender) => sender.id > after && (id === null || String(sender.id) === id),
        );
        return { status: 200, body: { results: page(results, query, 50) } };
      },
    },
    {
      method: 'POST',
      path: '/v3/verified_senders',
      handle({ body }) {
        const parsed = senderSchema.safeParse(body);
        if (!parsed.success) return errorAnswer(400, 'invalid from email', 'from_email');
        const { from_email, ...rest } = parsed.data;
        if (account.senders.some((sender) => sender.from_email === normalizeEmail(from_email))) {
          return errorAnswer(400, 'already exists', 'from_email');
        }
        const given = Object.fromEntries(
          Object.entries(rest).filter(([, value]) => value !== undefined),
        );
        return { status: 201, body: account.addSender({ ...given, from_email }) };
      },
    },
    {
      method: 'POST',
      path: '/v3/verified_senders/resend/:id',
      handle({ params }) {
        const sender = account.senders.find(({ id }) => String(id) === params['id']);
        if (sender === undefined) return errorAnswer(404, 'not found');
        return sender.verified ? errorAnswer(400, 'already verified') : { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/v3/whitelabel/domains',
      handle({ query }) {
        const wanted = query.get('domain');
        const domains = account.domains.filter(
          ({ domain }) => wanted === null || domain === wanted.toLowerCase(),
        );
        return { status: 200, body: page(domains, query, 50).map(shownDomain) };
      },
    },
    {
      method: 'POST',
      path: '/v3/whitelabel/domains/:id/validate',
      handle({ params }) {
        const domain = account.domains.find(({ id }) => String(id) === params['id']);
        if (domain === undefined) return errorAnswer(404, 'not found');
        const reason = domain.valid
          ? null
          : `Expected CNAME record for "${domain.domain}" was not found.`;
        const result = { valid: domain.valid, reason };
        return {
          status: 200,
          body: {
            id: domain.id,
            valid: domain.valid,
            validation_results: { mail_cname: result, dkim1: result, dkim2: result },
          },
        };
      },
    },
  ];
}

function shownDomain({ id, domain, valid }: SenderDomain): object {
  const cname = (host: string, data: string): object => ({ valid, type: 'cname', host, data });
  return {
    id,
    user_id: 1,
    subdomain: 'em',
    domain,
    username: 'emulator',
    ips: [],
    custom_spf: false,
    default: id === 1,
    legacy: false,
    automatic_security: true,
    valid,
    dns: {
      mail_cname: cname(`em.${domain}`, 'u1.wl.sendgrid.invalid'),
      dkim1: cname(`s1._domainkey.${domain}`, 's1.domainkey.u1.wl.sendgrid.invalid'),
      dkim2: cname(`s2._domainkey.${domain}`, 's2.domainkey.u1.wl.sendgrid.invalid'),
    },
  };
}
