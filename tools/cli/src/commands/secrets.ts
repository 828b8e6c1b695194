import {
  recordPlatformAudit,
  rotateSecrets,
  SEALED_COLUMNS,
  type RotationPlace,
} from '@cadenza/database';
import { openSecretBox } from '@cadenza/runtime';
import type { Command } from 'commander';
import { acrossTenants, OPERATOR, withOwner } from '../owner.ts';
import type { Answering, Terminal } from '../terminal.ts';

/** Secrets of one transaction. */
const BATCH = 500;

/** What tenants have entrusted, sealed in the database. */
export function secretsCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const secrets = program.command('secrets').description('what is sealed in the database');

  answering(
    secrets
      .command('rotate')
      .description(
        'put all secrets under the first of ENCRYPTION_KEYS; run again, it goes on where it ended',
      ),
    () =>
      withOwner(env, async (db, _config, { encryptionKeys }) => {
        const box = openSecretBox(encryptionKeys);
        if (box === null) {
          throw new Error('ENCRYPTION_KEYS: is not set, expected the new key before the old ones');
        }
        let rotated = 0;
        const failures: Error[] = [];
        for (const column of SEALED_COLUMNS) {
          let after: RotationPlace | null = null;
          do {
            const batch = await acrossTenants(db, (trx) =>
              rotateSecrets(trx, column, box, { after, limit: BATCH }),
            );
            rotated += batch.rotated;
            failures.push(...batch.failures);
            after = batch.next;
          } while (after !== null);
        }
        if (rotated > 0) {
          await db.transaction().execute((trx) =>
            recordPlatformAudit(trx, {
              actor: OPERATOR,
              action: 'secrets.rotated',
              entity: 'installation',
              entityId: 'secrets',
              before: null,
              after: { rotated, keyId: box.current.keyId },
            }),
          );
        }
        const [first] = failures;
        if (first !== undefined) {
          throw new Error(
            `${rotated} secrets are under the key ${box.current.keyId} now, ` +
              `and ${failures.length} could not be opened: ${first.message}`,
          );
        }
        return {
          data: { rotated, keyId: box.current.keyId },
          text: `${rotated} secrets were put under the key ${box.current.keyId}; there are none under another`,
        };
      }),
  );
}
