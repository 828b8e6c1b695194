import { findSendGridAccount, removeSendGridKey, setSendGridKey } from '@cadenza/database';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { instant } from '../http/fields.ts';
import { HttpProblem } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const account = z
  .strictObject({
    key: z
      .strictObject({
        lastFour: z.string(),
        fingerprint: z
          .string()
          .meta({ description: 'The first 12 hexadecimal digits of the SHA-256 of the key.' }),
      })
      .nullable()
      .meta({ description: 'Null: mail goes through the account of the installation.' }),
    changedAt: instant.nullable().meta({ description: 'Campaign time of the last change.' }),
  })
  .meta({
    id: 'SendGridAccount',
    description:
      'The SendGrid account that the tenant sends through. Its key is sealed, and never shown again.',
  });

const apiKey = z
  .string()
  .regex(/^[\x21-\x7e]{20,200}$/, { error: '20 to 200 printable ASCII characters without spaces' })
  .meta({
    description:
      'May send mail; for bounces that are tried again, people who are erased, messages whose fate is not known, and the verification of senders it needs Suppressions, Email Activity and Sender Authentication besides.',
  });

const facts = { tag: 'SendGrid account', path: '/sendgrid-account', response: account } as const;
const scope = 'admin';

export function sendGridAccountRoutes({ secrets }: Pick<ApiDeps, 'secrets'>): readonly Route[] {
  return [
    route({
      ...facts,
      method: 'GET',
      operation: 'getSendGridAccount',
      tagged: { row: 'tenants' },
      scope,
      summary: 'Read which SendGrid account the tenant sends through',
      handle: ({ tenantId, tx }) => tx((trx) => findSendGridAccount(trx, tenantId)),
    }),
    route({
      ...facts,
      method: 'PUT',
      operation: 'putSendGridAccount',
      auditsItself: true,
      scope,
      summary: 'Send through an account of the tenant’s own, within seconds',
      body: z.strictObject({ apiKey }),
      handle({ tenantId, actor, body, tx }) {
        if (secrets === null) {
          throw new HttpProblem(
            'unavailable',
            'This installation cannot keep secrets: set ENCRYPTION_KEYS.',
          );
        }
        return tx((trx) => setSendGridKey(trx, tenantId, { ...body, box: secrets, actor }));
      },
    }),
    route({
      ...facts,
      method: 'DELETE',
      operation: 'deleteSendGridAccount',
      auditsItself: true,
      scope,
      summary: 'Send through the account of the installation again',
      handle: ({ tenantId, actor, tx }) => tx((trx) => removeSendGridKey(trx, tenantId, actor)),
    }),
  ];
}
