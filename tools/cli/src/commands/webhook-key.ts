import {
  deleteWebhookKey,
  insertWebhookKey,
  listWebhookKeys,
  withAudit,
  type WebhookKeyRecord,
} from '@cadenza/database';
import { isId, webhookKeysOf } from '@cadenza/domain';
import { InvalidArgumentError, type Command } from 'commander';
import { textValue } from '../option-values.ts';
import { asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

const AUDITED = { actor: OPERATOR, entity: 'webhook_key' } as const;
const idOf = ({ id }: WebhookKeyRecord) => id;

/** Keys of tenants with a SendGrid account or subuser of their own. */
export function webhookKeyCommands(tenant: Command, { env }: Terminal, answering: Answering): void {
  const webhookKey = tenant
    .command('webhook-key')
    .description('keys that verify the event webhooks of a tenant’s own SendGrid account');

  answering<{ name: string }>(
    webhookKey
      .command('add')
      .description('take webhooks signed with a key, and print its id')
      .argument('<tenant>', 'its id or its name')
      .argument('<key>', 'the verification key, as SendGrid shows it', oneKey)
      .option('--name <name>', 'what people call it', textValue(200), 'made by cadenza'),
    ({ name }, [which = '', given = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, which);
        const publicKey = oneKey(given);
        const key = await asTenant(db, tenantId, (trx) =>
          withAudit(
            trx,
            tenantId,
            { ...AUDITED, action: 'webhook_key.added', id: idOf },
            async () => {
              const added = await insertWebhookKey(trx, tenantId, { name, publicKey });
              if (added === null) throw new Error('the tenant has this key already');
              return added;
            },
          ),
        );
        const path = `/v1/webhooks/sendgrid/events/${tenantId}`;
        return {
          data: { ...key, tenantId, path },
          text: key.id,
          notes: [`the address of its Event Webhook is PUBLIC_URL and ${path}; key id:`],
        };
      }),
  );

  answering(
    webhookKey
      .command('list')
      .description('list the keys of a tenant')
      .argument('<tenant>', 'its id or its name'),
    (_options, [which = '']) =>
      withOwner(env, async (db) => {
        const { id } = await findTenant(db, which);
        const keys = await asTenant(db, id, (trx) => listWebhookKeys(trx, id));
        return {
          data: { keys },
          text: table(
            ['id', 'created', 'name', 'key'],
            keys.map((key) => [key.id, key.createdAt.toISOString(), key.name, key.publicKey]),
          ),
        };
      }),
  );

  answering(
    webhookKey
      .command('remove')
      .description('take no more webhooks signed with a key')
      .argument('<tenant>', 'its id or its name')
      .argument('<key>', 'its id, as the list shows it'),
    (_options, [which = '', keyId = '']) =>
      withOwner(env, async (db) => {
        const { id } = await findTenant(db, which);
        const removed = isId(keyId)
          ? await asTenant(db, id, (trx) =>
              withAudit(trx, id, { ...AUDITED, action: 'webhook_key.removed', id: keyId }, () =>
                deleteWebhookKey(trx, id, keyId),
              ),
            )
          : null;
        if (removed === null) {
          throw new Error(
            `key "${keyId}" is unknown: cadenza tenant webhook-key list shows those of the tenant`,
          );
        }
        return { data: removed, text: `removed ${removed.id} "${removed.name}"` };
      }),
  );
}

/** @throws InvalidArgumentError */
function oneKey(text: string): string {
  const [key, ...others] = webhookKeysOf(text) ?? [];
  if (key === undefined || others.length > 0) {
    throw new InvalidArgumentError('Expected one public key on the curve P-256 (base64 or PEM).');
  }
  return key;
}
