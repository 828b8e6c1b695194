import { createEngineStore, inTenants, recordAudit } from '@cadenza/database';
import { detachInputs, type DetachedInputs } from '@cadenza/engine';
import type { Duration } from '@cadenza/plan';
import type { Command } from 'commander';
import { readClock } from '../clock.ts';
import { durationValue, textValue } from '../option-values.ts';
import { OPERATOR, withWorker } from '../owner.ts';
import { findTenant, listTenants } from '../tenants.ts';
import type { Answering, Terminal } from '../terminal.ts';

interface DetachOptions {
  readonly olderThan: Duration;
  readonly tenant?: string;
}

const DAY_MS = 86_400_000;

export function inputsCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const inputs = program.command('inputs').description('what is recorded of enrollments');
  answering<DetachOptions>(
    inputs
      .command('detach')
      .description('delete inputs of ended enrollments, and keep a snapshot in their place')
      .requiredOption(
        '--older-than <duration>',
        'campaign time for which nothing of the enrollment was recorded, such as P90D',
        durationValue,
      )
      .option('--tenant <id or name>', 'of this tenant alone', textValue(200)),
    ({ olderThan, tenant }) =>
      withWorker(env, async (db) => {
        const tenants =
          tenant === undefined ? await listTenants(db) : [await findTenant(db, tenant)];
        const { now } = await readClock(db);
        const before = now - olderThan.days * DAY_MS - olderThan.ms;
        const store = createEngineStore(db);
        const total = { enrollments: 0, inputs: 0, unverified: 0 };
        for (const { id } of tenants) {
          const done: DetachedInputs = await detachInputs({ tenantId: id, before }, { store });
          if (done.inputs > 0) {
            await inTenants(db, [id], (trx) =>
              recordAudit(trx, id, {
                actor: OPERATOR,
                action: 'inputs.detached',
                entity: 'tenant',
                entityId: id,
                before: null,
                after: { ...done, olderThan: new Date(before).toISOString() },
              }),
            );
          }
          total.enrollments += done.enrollments;
          total.inputs += done.inputs;
          total.unverified += done.unverified;
        }
        const left =
          total.unverified === 0
            ? ''
            : `; ${total.unverified} enrollments left as they are: see cadenza verify`;
        return {
          data: total,
          text: `${total.inputs} inputs of ${total.enrollments} enrollments detached${left}`,
        };
      }),
  );
}
