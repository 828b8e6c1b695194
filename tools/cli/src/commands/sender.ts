import { listSenderIdentities, type Database, type SenderIdentityRecord } from '@cadenza/database';
import { isId, type Id } from '@cadenza/domain';
import { pauseSender, resumeSender } from '@cadenza/engine';
import type { Command } from 'commander';
import { textValue } from '../option-values.ts';
import { asTenant, OPERATOR, tenantStore, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

interface OfTenant {
  readonly tenant: string;
}

/** Identities that are read at once. */
const PAGE = 500;

export function senderCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const sender = program.command('sender').description('the addresses that a tenant sends from');
  const ofTenant = (name: string) =>
    sender.command(name).requiredOption('--tenant <id or name>', 'whose', textValue(200));

  answering<OfTenant>(
    ofTenant('list').description('list a tenant’s sender identities'),
    ({ tenant }) =>
      withOwner(env, async (db) => {
        const { id } = await findTenant(db, tenant);
        const senders = await sendersOf(db, id);
        return {
          data: { senders },
          text: table(
            ['id', 'email', 'verification', 'paused', 'reason'],
            senders.map((one) => [
              one.id,
              one.email,
              one.verification,
              one.pausedAt?.toISOString() ?? '-',
              one.pauseReason ?? '',
            ]),
          ),
        };
      }),
  );

  answering<OfTenant & { readonly reason: string }>(
    ofTenant('pause')
      .description('stop everything that an identity would send, until it is resumed')
      .argument('<sender>', 'its id or its address')
      .option('--reason <text>', 'shown to whoever asks why', textValue(200), 'by an operator'),
    ({ tenant, reason }, [which = '']) =>
      withOwner(env, async (db) => {
        const { tenantId, id, email } = await findSender(db, tenant, which);
        await pauseSender(tenantStore(db, tenantId), { tenantId, id }, reason, OPERATOR);
        return { data: { id, email, paused: true, reason }, text: `${email} is paused` };
      }),
  );

  answering<OfTenant>(
    ofTenant('resume')
      .description('let a paused identity send again')
      .argument('<sender>', 'its id or its address'),
    ({ tenant }, [which = '']) =>
      withOwner(env, async (db) => {
        const { tenantId, id, email } = await findSender(db, tenant, which);
        const resumed = await resumeSender(tenantStore(db, tenantId), { tenantId, id }, OPERATOR);
        return {
          data: { id, email, paused: false, resumed },
          text: `${email} ${resumed ? 'goes on' : 'was not paused'}`,
        };
      }),
  );
}

async function sendersOf(db: Database, tenantId: Id): Promise<SenderIdentityRecord[]> {
  const senders: SenderIdentityRecord[] = [];
  for (let after: Id | null = null; ;) {
    const page: { readonly items: readonly SenderIdentityRecord[]; readonly next: Id | null } =
      await asTenant(db, tenantId, (trx) =>
        listSenderIdentities(trx, tenantId, { after, limit: PAGE }),
      );
    senders.push(...page.items);
    if (page.next === null) return senders;
    after = page.next;
  }
}

/** @throws Error where the tenant has no such identity. */
async function findSender(db: Database, tenant: string, which: string) {
  const { id: tenantId } = await findTenant(db, tenant);
  const senders = await sendersOf(db, tenantId);
  const wanted = which.toLowerCase();
  const sender = senders.find(({ id, email }) => (isId(which) ? id : email) === wanted);
  if (sender === undefined) {
    const known = senders.slice(0, 10).map(({ email }) => email);
    throw new Error(
      `sender "${which}" is unknown: expected an id, or an address such as ${known.join(', ') || 'none yet'}`,
    );
  }
  return { tenantId, id: sender.id, email: sender.email };
}
