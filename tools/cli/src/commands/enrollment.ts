import {
  enrollmentExists,
  findEnrollment,
  listContactEnrollments,
  type EnrollmentDetail,
  type EnrollmentSummary,
} from '@cadenza/database';
import { sendNow, stopEnrollments, type SendNowRefusal } from '@cadenza/engine';
import type { Command } from 'commander';
import { findContactId } from '../contacts.ts';
import { operatorOptions } from '../operator-options.ts';
import { idValue, textValue } from '../option-values.ts';
import { asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

interface OfTenant {
  readonly tenant: string;
}

const NOT_NOW: Readonly<Record<SendNowRefusal, string>> = {
  ended: 'it has ended; expected one that waits to send a message',
  handed_off: 'its last message is being handed over; expected one that waits to send a message',
  waits_for_event: 'it waits for what the person does, or for a silence',
  waits_for_retry: 'its last message is tried again by itself',
};

/** Enrollments that are listed at once, the newest first. */
const LISTED = 200;

export function enrollmentCommands(
  program: Command,
  { env }: Terminal,
  answering: Answering,
): void {
  const enrollment = program.command('enrollment').description('single enrollments');
  const ofTenant = (name: string) =>
    enrollment.command(name).requiredOption('--tenant <id or name>', 'whose', textValue(200));

  answering<OfTenant>(
    ofTenant('list')
      .description('list what a person takes part in, or has taken part in, the newest first')
      .argument('<contact>', 'their id or their e-mail address'),
    ({ tenant }, [which = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const contactId = await findContactId(db, tenantId, which);
        const { items } = await asTenant(db, tenantId, (trx) =>
          listContactEnrollments(trx, tenantId, { after: null, limit: LISTED }, { contactId }),
        );
        return { data: { contactId, enrollments: items }, text: enrollmentTable(items) };
      }),
  );

  answering<OfTenant>(
    ofTenant('show')
      .description('say where an enrollment stands, and what lies ahead of it')
      .argument('<enrollment>', 'its id', idValue('an enrollment')),
    ({ tenant }, [id = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const found = await asTenant(db, tenantId, (trx) => findEnrollment(trx, tenantId, id));
        if (found === null) throw unknown(id);
        return { data: found, text: textOf(found) };
      }),
  );

  answering<OfTenant & { readonly ignoreWindows?: true }>(
    ofTenant('send-now')
      .description('make the message that an enrollment waits to send due at once')
      .argument('<enrollment>', 'its id', idValue('an enrollment'))
      .option('--ignore-windows', 'send windows and quiet hours do not count either'),
    ({ tenant, ignoreWindows = false }, [id = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const operation = { action: 'sendNow', entity: 'enrollment', id } as const;
        const result = await sendNow(
          { tenantId, enrollmentId: id, anyTime: ignoreWindows },
          await operatorOptions(db, tenantId, operation),
        );
        if (result === null) throw unknown(id);
        if ('refused' in result) throw new Error(`enrollment ${id}: ${NOT_NOW[result.refused]}`);
        const runAt = new Date(result.runAt).toISOString();
        const { nodeId, visit, inWindow } = result;
        return {
          data: { enrollmentId: id, nodeId, visit, runAt, inWindow },
          text: `${nodeId}, visit ${visit}: may leave from ${runAt} on`,
        };
      }),
  );

  answering<OfTenant & { readonly reason: string }>(
    ofTenant('stop')
      .description('end an enrollment; what has been handed off cannot be called back')
      .argument('<enrollment>', 'its id', idValue('an enrollment'))
      .option('--reason <text>', 'shown to whoever asks why', textValue(200), OPERATOR),
    ({ tenant, reason }, [id = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const operation = { action: 'stopEnrollment', entity: 'enrollment', id } as const;
        const options = await operatorOptions(db, tenantId, operation);
        if (!(await asTenant(db, tenantId, (trx) => enrollmentExists(trx, tenantId, id)))) {
          throw unknown(id);
        }
        const stopped = await stopEnrollments({ tenantId, enrollmentIds: [id], reason }, options);
        return {
          data: { enrollmentId: id, stopped: stopped.length > 0 },
          text: stopped.length > 0 ? `${id}: stopped` : `${id}: had ended before`,
        };
      }),
  );
}

function enrollmentTable(items: readonly EnrollmentSummary[]): string {
  return table(
    ['id', 'campaign', 'status', 'node', 'end reason', 'enrolled'],
    items.map((one) => [
      one.id,
      one.campaignId,
      one.status,
      one.nodeId ?? '',
      one.endReason ?? '',
      one.enrolledAt.toISOString(),
    ]),
  );
}

function textOf({ pendingActions, ...one }: EnrollmentDetail): string {
  const standing = `${one.status}${one.endReason === null ? '' : ` (${one.endReason})`}, ${one.phase}`;
  return [
    `${standing}${one.nodeId === null ? '' : ` at ${one.nodeId}, visit ${one.visit}, attempt ${one.attempt}`}`,
    ...(pendingActions.length === 0
      ? ['nothing lies ahead of it by itself']
      : [
          table(
            ['what', 'node', 'attempt', 'status', 'due', 'runs'],
            pendingActions.map((action) => [
              action.timer ?? action.type,
              action.nodeId,
              String(action.attempt),
              action.status,
              action.dueAt.toISOString(),
              action.runAt.toISOString(),
            ]),
          ),
        ]),
  ].join('\n');
}

function unknown(id: string): Error {
  return new Error(`enrollment ${id} is unknown: expected the id of one of this tenant`);
}
