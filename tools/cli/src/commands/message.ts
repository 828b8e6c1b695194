import {
  dismissFailure,
  listMessages,
  recordAudit,
  type Database,
  type Dismissed,
  type MessageSummary,
  type Schema,
} from '@cadenza/database';
import { FAILURE_STATUSES, type Id, type MessageStatus } from '@cadenza/domain';
import {
  resendMessage,
  resolveUnknown,
  UNKNOWN_RESOLUTIONS,
  type ResolveRefusal,
  type UnknownResolution,
} from '@cadenza/engine';
import { Option, type Command } from 'commander';
import type { Transaction } from 'kysely';
import { operatorOptions } from '../operator-options.ts';
import { idValue, textValue } from '../option-values.ts';
import { asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

interface OfTenant {
  readonly tenant: string;
}

const NO_SUCH = 'expected one of this tenant whose fate is not known';
const UNRESOLVED: Readonly<Record<ResolveRefusal, string>> = {
  not_found: NO_SUCH,
  not_unknown: NO_SUCH,
  moved_on:
    'its enrollment has ended, or gone on without it, so it is not sent again; expected accepted or failed',
};

/** Messages that are listed at once, the newest first. */
const LISTED = 100;

export function messageCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const message = program.command('message').description('single messages that need a decision');
  const ofTenant = (name: string) =>
    message.command(name).requiredOption('--tenant <id or name>', 'whose', textValue(200));

  answering<OfTenant>(
    ofTenant('unknown').description('list messages of which nobody knows whether they went out'),
    ({ tenant }) =>
      withOwner(env, async (db) => {
        const items = await messagesIn(db, tenant, ['unknown']);
        return {
          data: { messages: items },
          text: table(
            ['id', 'attempt', 'handed off', 'looked up', 'not found', 'detail'],
            items.map((one) => [
              one.id,
              String(one.attempt),
              one.begunAt?.toISOString() ?? '-',
              String(one.lookUps),
              one.absentAt?.toISOString() ?? '-',
              one.detail ?? '',
            ]),
          ),
        };
      }),
  );

  answering<OfTenant>(
    ofTenant('failed').description(
      'list messages that did not arrive, and that nobody has dismissed',
    ),
    ({ tenant }) =>
      withOwner(env, async (db) => {
        const items = await messagesIn(db, tenant, FAILURE_STATUSES);
        return {
          data: { messages: items },
          text: table(
            ['id', 'status', 'attempt', 'handed off', 'detail'],
            items.map((one) => [
              one.id,
              one.status,
              String(one.attempt),
              one.begunAt?.toISOString() ?? '-',
              one.detail ?? '',
            ]),
          ),
        };
      }),
  );

  answering<OfTenant & { readonly as: UnknownResolution }>(
    ofTenant('resolve')
      .description('say what became of an unknown message')
      .argument('<message>', 'its id', idValue('a message'))
      .addOption(
        new Option('--as <fate>', 'accepted: it went out; lost: send it again; failed: give it up')
          .choices(UNKNOWN_RESOLUTIONS)
          .makeOptionMandatory(),
      ),
    ({ tenant, as }, [id = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const operation = { action: 'resolveMessage', entity: 'message', id } as const;
        const options = await operatorOptions(db, tenantId, operation);
        const refusal = await resolveUnknown({ tenantId, id }, as, options);
        if (refusal !== null) throw new Error(`message ${id}: ${UNRESOLVED[refusal]}`);
        return { data: { id, as }, text: `${id}: ${as}` };
      }),
  );

  answering<OfTenant>(
    ofTenant('resend')
      .description('send a message that has failed again, as its next attempt')
      .argument('<message>', 'its id', idValue('a message')),
    ({ tenant }, [id = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const operation = { action: 'resendMessage', entity: 'message', id } as const;
        const options = await operatorOptions(db, tenantId, operation);
        const refusal = await resendMessage({ tenantId, id }, options);
        if (refusal !== null) throw new Error(`message ${id} is not sent again: ${refusal}`);
        return { data: { id }, text: `${id}: planned again` };
      }),
  );

  answering<OfTenant & { readonly reason: string }>(
    ofTenant('dismiss')
      .description('say of a message that has failed that nothing is left to do')
      .argument('<message>', 'its id', idValue('a message'))
      .requiredOption('--reason <text>', 'why', textValue(200)),
    ({ tenant, reason }, [id = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const outcome = await asTenant(db, tenantId, (trx) =>
          dismiss(trx, { tenantId, id }, reason),
        );
        if (outcome === 'not_found' || outcome === 'not_failed') {
          throw new Error(`message ${id} is not dismissed: ${outcome}`);
        }
        return { data: { id }, text: `${id}: dismissed` };
      }),
  );
}

async function dismiss(
  trx: Transaction<Schema>,
  ref: { readonly tenantId: Id; readonly id: Id },
  reason: string,
): Promise<Dismissed> {
  const outcome = await dismissFailure(trx, ref, { by: OPERATOR, reason });
  if (outcome === 'dismissed') {
    await recordAudit(trx, ref.tenantId, {
      actor: OPERATOR,
      action: 'dismissMessage',
      entity: 'message',
      entityId: ref.id,
      before: null,
      after: null,
      changed: ['dismissed_attempt', 'dismissed_at', 'dismissed_by', 'dismissal_reason'],
    });
  }
  return outcome;
}

/** The newest messages of a tenant in some statuses, the newest first. */
async function messagesIn(db: Database, tenant: string, statuses: readonly MessageStatus[]) {
  const { id } = await findTenant(db, tenant);
  const pages = await asTenant(db, id, async (trx) => {
    const found: MessageSummary[] = [];
    for (const status of statuses) {
      const page = { after: null, limit: LISTED };
      found.push(...(await listMessages(trx, id, page, { status })).items);
    }
    return found;
  });
  // Ids are ordered by the time at which they were made.
  return pages.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, LISTED);
}
