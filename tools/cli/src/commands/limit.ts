import {
  dropSendRateLimit,
  listSendRateLimits,
  putSendRateLimit,
  recordAudit,
  recordPlatformAudit,
  type AuditEntry,
  type Database,
  type RateLimitKey,
  type Schema,
} from '@cadenza/database';
import { CHANNELS, type Channel, type Id } from '@cadenza/domain';
import { DEFAULT_RATE_LIMITS, type RateLimitSetting } from '@cadenza/engine';
import type { Duration } from '@cadenza/plan';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import type { Transaction } from 'kysely';
import { durationValue, textValue } from '../option-values.ts';
import { acrossTenants, asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

const SCOPES = ['sender', 'tenant', 'recipient_domain', 'ip_pool', 'global'] as const;
type Scope = (typeof SCOPES)[number];

interface OfTenant {
  readonly tenant?: string;
}
interface Which extends OfTenant {
  readonly per: number;
  readonly of?: string;
  readonly channel: Channel;
}

const DAY_SECONDS = 86_400;
/** The longest window that a limit may have: 31 days. */
const MOST_SECONDS = 31 * DAY_SECONDS;
const MOST_MESSAGES = 2_147_483_647;

/** How many messages may leave in a time: what holds for all tenants, and what one has of its own. */
export function limitCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const limit = program
    .command('limit')
    .description('how many messages may leave in a time, of all tenants or of one');
  const maybeTenant = (command: Command) =>
    command.option('--tenant <id or name>', 'whose; without: what holds for all', textValue(200));
  const ofScope = (name: string) =>
    maybeTenant(limit.command(name)).addArgument(
      new Argument('<scope>', 'what is counted by itself').choices(SCOPES),
    );
  const which = (command: Command) =>
    command
      .requiredOption('--per <duration>', 'any time of this length, such as PT1H', secondsValue)
      .option('--of <reference>', 'one sender (its id), domain or pool alone', textValue(253))
      .addOption(
        new Option('--channel <channel>', 'of mail or of text messages')
          .choices(CHANNELS)
          .default('email'),
      );

  answering<OfTenant>(
    maybeTenant(limit.command('list')).description(
      'list limits: of a tenant, of all tenants, and the defaults where nothing else is set',
    ),
    ({ tenant }) =>
      withOwner(env, async (db) => {
        const own = await limitsOf(
          db,
          tenant === undefined ? null : (await findTenant(db, tenant)).id,
        );
        const shown = [
          ...own.map((one) => ({ ...one, source: one.tenantId === null ? 'platform' : 'tenant' })),
          ...DEFAULT_RATE_LIMITS.map((one) => ({ ...one, source: 'default' })),
        ];
        return { data: { limits: shown }, text: limitTable(shown) };
      }),
  );

  answering<Which>(
    which(
      ofScope('set')
        .description('let at most so many messages leave in any time of this length')
        .argument('<messages>', 'at most', messagesValue),
    ),
    ({ tenant, ...options }, [scope = '', messages = '']) =>
      withOwner(env, async (db) => {
        const key = keyOf(scope as Scope, options, tenant);
        const maxMessages = Number(messages);
        const owner = await change(db, tenant, async (trx, tenantId) => {
          const former = await settingOf(trx, tenantId, key);
          await putSendRateLimit(trx, tenantId, { ...key, maxMessages });
          if (former === maxMessages) return null;
          return audited('limit.set', key, former, maxMessages);
        });
        return {
          data: { tenantId: owner, ...key, maxMessages },
          text: `${named(key)}: at most ${maxMessages} messages in any ${key.windowSeconds} s`,
        };
      }),
  );

  answering<Which>(
    which(
      ofScope('remove').description('take a limit away: what is more general holds in its place'),
    ),
    ({ tenant, ...options }, [scope = '']) =>
      withOwner(env, async (db) => {
        const key = keyOf(scope as Scope, options, tenant);
        const owner = await change(db, tenant, async (trx, tenantId) => {
          const former = await dropSendRateLimit(trx, tenantId, key);
          if (former !== null) return audited('limit.removed', key, former, null);
          throw new Error(
            `${named(key)} in ${key.windowSeconds} s is not set: cadenza limit list shows what is`,
          );
        });
        return { data: { tenantId: owner, ...key }, text: `${named(key)}: taken away` };
      }),
  );
}

function limitsOf(db: Database, tenantId: Id | null): Promise<RateLimitSetting[]> {
  return tenantId === null
    ? acrossTenants(db, (trx) => listSendRateLimits(trx, null))
    : asTenant(db, tenantId, (trx) => listSendRateLimits(trx, tenantId));
}

/** @throws Error where such a limit cannot be. */
function keyOf(
  scope: Scope,
  { per, of, channel }: Omit<Which, 'tenant'>,
  tenant: string | undefined,
): RateLimitKey {
  if (scope === 'global' && tenant !== undefined) {
    throw new Error('a global limit holds for all tenants: expected no --tenant');
  }
  if ((scope === 'global' || scope === 'tenant') && of !== undefined) {
    throw new Error(`a limit of the scope ${scope} is of nothing else: expected no --of`);
  }
  if (channel === 'sms' && (scope === 'recipient_domain' || scope === 'ip_pool')) {
    throw new Error(`text messages have no ${scope}: expected sender, tenant or global`);
  }
  const reference = scope === 'ip_pool' ? (of ?? null) : (of?.toLowerCase() ?? null);
  return { channel, scope, reference, windowSeconds: per };
}

/** Makes a change of one tenant's limits, or of those for all, with its entry in the log of either. */
async function change(
  db: Database,
  tenant: string | undefined,
  work: (trx: Transaction<Schema>, tenantId: Id | null) => Promise<AuditEntry | null>,
): Promise<Id | null> {
  if (tenant === undefined) {
    await acrossTenants(db, async (trx) => {
      const entry = await work(trx, null);
      if (entry !== null) await recordPlatformAudit(trx, entry);
    });
    return null;
  }
  const { id } = await findTenant(db, tenant);
  await asTenant(db, id, async (trx) => {
    const entry = await work(trx, id);
    if (entry !== null) await recordAudit(trx, id, entry);
  });
  return id;
}

/** What such a limit lets through now; null where there is none. */
async function settingOf(
  trx: Transaction<Schema>,
  tenantId: Id | null,
  { channel, scope, reference, windowSeconds }: RateLimitKey,
): Promise<number | null> {
  const found = (await listSendRateLimits(trx, tenantId)).find(
    (one) =>
      one.tenantId === tenantId &&
      one.channel === channel &&
      one.scope === scope &&
      one.reference === reference &&
      one.windowSeconds === windowSeconds,
  );
  return found?.maxMessages ?? null;
}

function audited(
  action: string,
  key: RateLimitKey,
  before: number | null,
  after: number | null,
): AuditEntry {
  const shown = (maxMessages: number | null) =>
    maxMessages === null ? null : { ...key, maxMessages };
  return {
    actor: OPERATOR,
    action,
    entity: 'send_rate_limit',
    entityId: '',
    before: shown(before),
    after: shown(after),
  };
}

function named({ channel = 'email', scope, reference }: RateLimitKey): string {
  return [channel, scope, ...(reference === null ? [] : [reference])].join(' ');
}

function limitTable(limits: readonly (RateLimitSetting & { readonly source: string })[]): string {
  return table(
    ['set by', 'channel', 'scope', 'of', 'seconds', 'messages'],
    limits.map((one) => [
      one.source,
      one.channel,
      one.scope,
      one.reference ?? 'each',
      String(one.windowSeconds),
      String(one.maxMessages),
    ]),
  );
}

function secondsValue(text: string): number {
  const { days, ms }: Duration = durationValue(text);
  const seconds = days * DAY_SECONDS + ms / 1_000;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MOST_SECONDS) {
    throw new InvalidArgumentError('Expected whole seconds, from PT1S to P31D.');
  }
  return seconds;
}

/** @returns it as it was written, as commands are given their arguments. */
function messagesValue(text: string): string {
  if (!/^\d{1,10}$/.test(text) || Number(text) > MOST_MESSAGES) {
    throw new InvalidArgumentError(`Expected a whole number from 0 to ${MOST_MESSAGES}.`);
  }
  return text;
}
