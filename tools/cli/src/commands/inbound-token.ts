import { createInboundToken, deleteInboundToken, listInboundTokens } from '@cadenza/database';
import { isId } from '@cadenza/domain';
import type { Command } from 'commander';
import { textValue } from '../option-values.ts';
import { asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

/** Secrets for the address of a tenant's own inbound mail, where its signature is not used. */
export function inboundTokenCommands(
  tenant: Command,
  { env }: Terminal,
  answering: Answering,
): void {
  const inboundToken = tenant
    .command('inbound-token')
    .description('secrets in the address that SendGrid posts a tenant’s own inbound mail to');

  answering<{ name: string }>(
    inboundToken
      .command('add')
      .description('make one, and print it this once')
      .argument('<tenant>', 'its id or its name')
      .option('--name <name>', 'what people call it', textValue(200), 'made by cadenza'),
    ({ name }, [which = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, which);
        const made = await asTenant(db, tenantId, (trx) =>
          createInboundToken(trx, tenantId, { name, actor: OPERATOR }),
        );
        const path = `/v1/webhooks/sendgrid/inbound/${tenantId}?token=${made.token}`;
        return {
          data: { ...made, tenantId, path },
          text: made.token,
          notes: [
            `the address for its Inbound Parse is PUBLIC_URL and /v1/webhooks/sendgrid/inbound/${tenantId}?token=…, with the token:`,
          ],
        };
      }),
  );

  answering(
    inboundToken
      .command('list')
      .description('list those of a tenant, without the secrets')
      .argument('<tenant>', 'its id or its name'),
    (_options, [which = '']) =>
      withOwner(env, async (db) => {
        const { id } = await findTenant(db, which);
        const tokens = await asTenant(db, id, (trx) => listInboundTokens(trx, id));
        return {
          data: { tokens },
          text: table(
            ['id', 'created', 'name'],
            tokens.map((one) => [one.id, one.createdAt.toISOString(), one.name]),
          ),
        };
      }),
  );

  answering(
    inboundToken
      .command('remove')
      .description('believe no mail any more that comes with one')
      .argument('<tenant>', 'its id or its name')
      .argument('<token>', 'its id, as the list shows it'),
    (_options, [which = '', tokenId = '']) =>
      withOwner(env, async (db) => {
        const { id } = await findTenant(db, which);
        const removed = isId(tokenId)
          ? await asTenant(db, id, (trx) =>
              deleteInboundToken(trx, id, { id: tokenId, actor: OPERATOR }),
            )
          : null;
        if (removed === null) {
          throw new Error(
            `token "${tokenId}" is unknown: cadenza tenant inbound-token list shows those of the tenant`,
          );
        }
        return { data: removed, text: `removed ${removed.id} "${removed.name}"` };
      }),
  );
}
