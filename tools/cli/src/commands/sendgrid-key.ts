import { findSendGridAccount, removeSendGridKey, setSendGridKey } from '@cadenza/database';
import { openSecretBox } from '@cadenza/runtime';
import type { Command } from 'commander';
import { asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import type { Answering, Terminal } from '../terminal.ts';

/** Where the key is read from: what stands on a command line is shown to everybody on the machine. */
const VARIABLE = 'TENANT_SENDGRID_API_KEY';

/** Keys of tenants with a SendGrid account of their own. */
export function sendGridKeyCommands(
  tenant: Command,
  { env }: Terminal,
  answering: Answering,
): void {
  const sendGridKey = tenant
    .command('sendgrid-key')
    .description('the API key of a tenant’s own SendGrid account');

  answering(
    sendGridKey
      .command('set')
      .description(`send through its account, by the key in ${VARIABLE}`)
      .argument('<tenant>', 'its id or its name'),
    (_options, [which = '']) =>
      withOwner(env, async (db, _config, { encryptionKeys }) => {
        const apiKey = env[VARIABLE]?.trim() ?? '';
        if (!/^[\x21-\x7e]{20,200}$/.test(apiKey)) {
          throw new Error(
            `${VARIABLE}: ${apiKey === '' ? 'is not set' : `a secret of ${apiKey.length} characters was found`}, ` +
              'expected an API key of 20 to 200 printable ASCII characters without spaces',
          );
        }
        const box = openSecretBox(encryptionKeys);
        if (box === null) {
          throw new Error('ENCRYPTION_KEYS: is not set, expected a key to seal the secret with');
        }
        const { id, name } = await findTenant(db, which);
        const account = await asTenant(db, id, (trx) =>
          setSendGridKey(trx, id, { apiKey, box, actor: OPERATOR }),
        );
        return {
          data: { id, name, ...account },
          text: `${name} sends through its own account, with the key …${account.key?.lastFour ?? ''}`,
        };
      }),
  );

  answering(
    sendGridKey
      .command('show')
      .description('show by what the key is recognised; itself it is never shown')
      .argument('<tenant>', 'its id or its name'),
    (_options, [which = '']) =>
      withOwner(env, async (db) => {
        const { id, name } = await findTenant(db, which);
        const account = await asTenant(db, id, (trx) => findSendGridAccount(trx, id));
        const { key } = account;
        return {
          data: { id, name, ...account },
          text:
            key === null
              ? `${name} sends through the account of the installation`
              : `${name}: …${key.lastFour}, fingerprint ${key.fingerprint}`,
        };
      }),
  );

  answering(
    sendGridKey
      .command('remove')
      .description('send through the account of the installation again')
      .argument('<tenant>', 'its id or its name'),
    (_options, [which = '']) =>
      withOwner(env, async (db) => {
        const { id, name } = await findTenant(db, which);
        const account = await asTenant(db, id, (trx) => removeSendGridKey(trx, id, OPERATOR));
        return {
          data: { id, name, ...account },
          text: `${name} sends through the account of the installation`,
        };
      }),
  );
}
