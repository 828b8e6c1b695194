import { findAddressPolicy, setAddressPolicy } from '@cadenza/database';
import { ADDRESS_DECISIONS } from '@cadenza/engine';
import { z } from 'zod';
import { found } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const decision = z.enum(ADDRESS_DECISIONS);
const kinds = {
  invalid: decision.meta({ description: 'Mail to them arrives nowhere.' }),
  risky: decision.meta({ description: 'Mail to them may well come back.' }),
  role: decision.meta({ description: 'Of a function, such as info@, instead of a person.' }),
  disposable: decision.meta({ description: 'Of a domain whose addresses are thrown away.' }),
  askProvider: z.boolean().meta({
    description:
      'Whether SendGrid is asked about addresses, which costs money, where the installation has a key for it.',
  }),
};
const policy = z.strictObject(kinds).meta({
  id: 'AddressPolicy',
  description:
    'What is done about addresses of a kind. block: not enrolled, and nothing is handed over to those enrolled already; warn: enrolled, and named in the answer.',
});
const changes = z.strictObject(kinds).partial();

const tag = 'Address policy';

export const addressPolicyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/address-policy',
    operation: 'getAddressPolicy',
    tagged: { row: 'tenants' },
    tag,
    summary: 'Read what is done about addresses of a kind',
    response: policy,
    handle: async ({ tenantId, tx }) =>
      found(await tx((trx) => findAddressPolicy(trx, tenantId)), 'tenant', tenantId),
  }),
  route({
    method: 'PUT',
    path: '/address-policy',
    operation: 'putAddressPolicy',
    auditsItself: true,
    scope: 'admin',
    tag,
    summary: 'Set what is done about addresses of a kind: what is given',
    body: changes,
    response: policy,
    handle: async ({ tenantId, actor, body, tx }) =>
      found(await tx((trx) => setAddressPolicy(trx, tenantId, body, actor)), 'tenant', tenantId),
  }),
];
