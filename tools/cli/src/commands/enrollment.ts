import { sendNow, type SendNowRefusal } from '@cadenza/engine';
import type { Command } from 'commander';
import { operatorOptions } from '../operator-options.ts';
import { idValue, textValue } from '../option-values.ts';
import { withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import type { Answering, Terminal } from '../terminal.ts';

const NOT_NOW: Readonly<Record<SendNowRefusal, string>> = {
  ended: 'it has ended; expected one that waits to send a message',
  handed_off: 'its last message is being handed over; expected one that waits to send a message',
  waits_for_event: 'it waits for what the person does, or for a silence',
  waits_for_retry: 'its last message is tried again by itself',
};

export function enrollmentCommands(
  program: Command,
  { env }: Terminal,
  answering: Answering,
): void {
  const enrollment = program.command('enrollment').description('single enrollments');

  answering<{ readonly tenant: string; readonly ignoreWindows?: true }>(
    enrollment
      .command('send-now')
      .description('make the message that an enrollment waits to send due at once')
      .argument('<enrollment>', 'its id', idValue('an enrollment'))
      .requiredOption('--tenant <id or name>', 'whose', textValue(200))
      .option('--ignore-windows', 'send windows and quiet hours do not count either'),
    ({ tenant, ignoreWindows = false }, [id = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const result = await sendNow(
          { tenantId, enrollmentId: id, anyTime: ignoreWindows },
          await operatorOptions(db, tenantId),
        );
        if (result === null) {
          throw new Error(`enrollment ${id} is unknown: expected the id of one of this tenant`);
        }
        if ('refused' in result) throw new Error(`enrollment ${id}: ${NOT_NOW[result.refused]}`);
        const runAt = new Date(result.runAt).toISOString();
        const { nodeId, visit, inWindow } = result;
        return {
          data: { enrollmentId: id, nodeId, visit, runAt, inWindow },
          text: `${nodeId}, visit ${visit}: may leave from ${runAt} on`,
        };
      }),
  );
}
