import { findDomainCheck, setDomainCheck, type DomainCheckRecord } from '@cadenza/database';
import { emailDomain } from '@cadenza/domain';
import { checkSenderDomain, DOMAIN_CHECK_STATES, DOMAIN_CHECKS } from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, instant } from '../http/fields.ts';
import { found, HttpProblem } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const domainCheck = z
  .strictObject({
    domain: z.string(),
    checkedAt: instant.nullable(),
    findings: z.array(
      z.strictObject({
        check: z.enum(DOMAIN_CHECKS),
        state: z.enum(DOMAIN_CHECK_STATES),
        found: z.string(),
        expected: z.string(),
      }),
    ),
  })
  .meta({ id: 'DomainCheck' });

const WHAT = 'sender identity';
const facts = {
  path: '/sender-identities/:id/check-domain',
  tag: 'Sender identities',
  params: z.strictObject({ id }),
  response: domainCheck,
};

const shown = ({ email, checkedAt, findings }: DomainCheckRecord) => ({
  domain: emailDomain(email),
  checkedAt,
  findings,
});

export function senderDomainRoutes(deps: Pick<ApiDeps, 'dns' | 'sendGrid'>): readonly Route[] {
  return [
    route({
      ...facts,
      method: 'POST',
      operation: 'checkSenderDomain',
      changesBeside: true,
      answersIn: 'transaction',
      summary:
        'Look at the SPF, DKIM and DMARC records of a sender’s domain, and keep what is found',
      async handle({ tenantId, params: { id: senderId }, tx }) {
        const { dns } = deps;
        const { email } = found(
          await tx((trx) => findDomainCheck(trx, tenantId, senderId)),
          WHAT,
          senderId,
        );
        if (dns === null) {
          throw new HttpProblem(
            'unavailable',
            'This installation does without DNS: set DNS_LOOKUPS=on.',
          );
        }
        // Between two transactions: none stays open while somebody else's server is asked.
        const provider = await deps.sendGrid(tenantId);
        const findings = await checkSenderDomain(emailDomain(email), { dns, provider });
        return tx(async (trx) => {
          await setDomainCheck(trx, tenantId, senderId, findings);
          return shown(found(await findDomainCheck(trx, tenantId, senderId), WHAT, senderId));
        });
      },
    }),
    route({
      ...facts,
      method: 'GET',
      operation: 'getSenderDomain',
      summary: 'Read what was found out about a sender’s domain the last time',
      handle: async ({ tenantId, params: { id: senderId }, tx }) =>
        shown(found(await tx((trx) => findDomainCheck(trx, tenantId, senderId)), WHAT, senderId)),
    }),
  ];
}
