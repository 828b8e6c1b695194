import {
  engineTransaction,
  findSendingPause,
  pauseSending,
  resumeSending,
  tenantsInQueue,
} from '@cadenza/database';
import type { Command } from 'commander';
import { textValue } from '../option-values.ts';
import { acrossTenants, asTenant, OPERATOR, withOwner } from '../owner.ts';
import type { Answering, Terminal } from '../terminal.ts';

export function sendingCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const sending = program.command('sending').description('all that leaves, of every tenant');

  answering(sending.command('show').description('say whether everything is paused, and why'), () =>
    withOwner(env, async (db) => {
      const reason = await db.transaction().execute(findSendingPause);
      return {
        data: { paused: reason !== null, reason },
        text: reason === null ? 'nothing is paused for all' : `everything is paused: ${reason}`,
      };
    }),
  );

  answering<{ reason: string }>(
    sending
      .command('pause')
      .description('let nothing leave any more, of any tenant, until it is resumed')
      .option('--reason <text>', 'shown to whoever asks why', textValue(200), 'by an operator'),
    ({ reason }) =>
      withOwner(env, async (db) => {
        await db.transaction().execute((trx) => pauseSending(trx, reason, OPERATOR));
        // From here on no hand-off can begin but those whose statement runs already: wait for them.
        for (const tenantId of await acrossTenants(db, tenantsInQueue)) {
          await asTenant(db, tenantId, (trx) =>
            engineTransaction(trx).recallDispatched({ tenantId }),
          );
        }
        return { data: { paused: true, reason }, text: 'everything is paused' };
      }),
  );

  answering(
    sending.command('resume').description('let everything leave again, as limits allow'),
    () =>
      withOwner(env, async (db) => {
        const resumed = await db.transaction().execute((trx) => resumeSending(trx, OPERATOR));
        return {
          data: { paused: false, resumed },
          text: resumed ? 'everything goes on' : 'nothing was paused for all',
        };
      }),
  );
}
