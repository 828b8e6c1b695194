import { listMessages, type Database, type MessageSummary } from '@cadenza/database';
import type { MessageStatus } from '@cadenza/domain';
import {
  resendMessage,
  resolveUnknown,
  UNKNOWN_RESOLUTIONS,
  type ResolveRefusal,
  type UnknownResolution,
} from '@cadenza/engine';
import { Option, type Command } from 'commander';
import { operatorOptions } from '../operator-options.ts';
import { idValue, textValue } from '../option-values.ts';
import { asTenant, withOwner } from '../owner.ts';
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

/** In which a message can be sent again. */
const FAILED = ['failed', 'bounced', 'blocked', 'dropped'] as const;
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
    ofTenant('failed').description('list messages that did not arrive, and can be sent again'),
    ({ tenant }) =>
      withOwner(env, async (db) => {
        const items = await messagesIn(db, tenant, FAILED);
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
        const options = await operatorOptions(db, tenantId);
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
        const options = await operatorOptions(db, tenantId);
        const refusal = await resendMessage({ tenantId, id }, options);
        if (refusal !== null) throw new Error(`message ${id} is not sent again: ${refusal}`);
        return { data: { id }, text: `${id}: planned again` };
      }),
  );
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
