import {
  createApiKey,
  insertApiKey,
  listApiKeys,
  lockApiKeys,
  revokeApiKey,
  rotateApiKey,
  withAudit,
  type ApiKeyRecord,
  type Schema,
} from '@cadenza/database';
import {
  API_SCOPES,
  SCOPES_OF_ROLE,
  USER_ROLES,
  type ApiScope,
  type Id,
  type UserRole,
} from '@cadenza/domain';
import { addDuration, type Duration } from '@cadenza/plan';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Transaction } from 'kysely';
import { countValue, durationValue, textValue } from '../option-values.ts';
import { asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

interface OfTenant {
  readonly tenant: string;
}

interface NewKey extends OfTenant {
  readonly name: string;
  readonly scopes?: readonly ApiScope[];
  readonly role?: UserRole;
  readonly expires?: Duration;
  readonly requestsPerMinute?: number;
}

interface Rotation extends OfTenant {
  readonly overlap: Duration;
}

const ONCE = 'API key, for the header "Authorization: Bearer <key>"; it is not shown again:';

export function keyCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const key = program.command('key').description('API keys of a tenant');
  const ofTenant = (name: string) =>
    key.command(name).requiredOption('--tenant <id or name>', 'whose', textValue(200));

  answering<NewKey>(
    ofTenant('create')
      .description('make a key, and print it once')
      .option('--name <name>', 'what people call it', textValue(200), 'made by cadenza')
      .addOption(
        new Option('--scopes <list>', `some of ${API_SCOPES.join(',')}; all by default`).argParser(
          scopesValue,
        ),
      )
      .addOption(
        new Option('--role <role>', 'whose scopes it has, instead of --scopes')
          .choices(USER_ROLES)
          .conflicts('scopes'),
      )
      .option('--expires <duration>', 'after which it ends; never by default', expiryValue)
      .option('--requests-per-minute <count>', 'at most; as set for all by default', countValue),
    ({ tenant, name, role = 'owner', scopes = SCOPES_OF_ROLE[role], expires, requestsPerMinute }) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const { key, prefix, hash } = createApiKey();
        const expiresAt = expires ? new Date(addDuration(Date.now(), expires, 'UTC')) : null;
        const made = { prefix, hash, name, scopes, expiresAt, requestsPerMinute };
        const id = await asTenant(db, tenantId, (trx) =>
          withAudit(
            trx,
            tenantId,
            change('createApiKey', (inserted: Id) => inserted),
            () => insertApiKey(trx, tenantId, made),
          ),
        );
        return {
          data: { id, tenantId, name, prefix, scopes, expiresAt, key },
          text: key,
          notes: [ONCE],
        };
      }),
  );

  answering<OfTenant>(ofTenant('list').description('list the keys of a tenant'), ({ tenant }) =>
    withOwner(env, async (db) => {
      const { id } = await findTenant(db, tenant);
      const keys = await asTenant(db, id, (trx) => listApiKeys(trx, id));
      return { data: { keys }, text: keyTable(keys) };
    }),
  );

  answering<OfTenant>(
    ofTenant('revoke')
      .description('end a key at once')
      .argument('<key>', 'its prefix or its id, as the list shows them'),
    ({ tenant }, [which = '']) =>
      withOwner(env, async (db) => {
        const { id } = await findTenant(db, tenant);
        const revoked = await asTenant(db, id, async (trx) => {
          const key = await oneKey(trx, id, which);
          return withAudit(trx, id, change('revokeApiKey', key.id), () =>
            revokeApiKey(trx, id, key.id),
          );
        });
        return {
          data: revoked,
          text: `revoked ${revoked.prefix} "${revoked.name}" at ${revoked.revokedAt?.toISOString() ?? ''}`,
        };
      }),
  );

  answering<Rotation>(
    ofTenant('rotate')
      .description('put a new key in the place of one, which ends after an overlap')
      .argument('<key>', 'its prefix or its id, as the list shows them')
      .option('--overlap <duration>', 'for which both are valid', durationValue, {
        days: 1,
        ms: 0,
      }),
    ({ tenant, overlap }, [which = '']) =>
      withOwner(env, async (db) => {
        const { id } = await findTenant(db, tenant);
        const { key, prefix, hash } = createApiKey();
        const now = Date.now();
        const overlapMs = addDuration(now, overlap, 'UTC') - now;
        const rotated = await asTenant(db, id, async (trx) => {
          const former = await oneKey(trx, id, which);
          return withAudit(trx, id, change('rotateApiKey', former.id), () =>
            rotateApiKey(trx, id, former.id, { prefix, hash }, { overlapMs, renewed: true }),
          );
        });
        if (rotated === null) throw new Error(`key "${which}" has ended, or was replaced before`);
        const { former, successor } = rotated;
        return {
          data: { ...successor, former, key },
          text: key,
          notes: [`${former.prefix} ends at ${former.expiresAt?.toISOString() ?? ''}.`, ONCE],
        };
      }),
  );
}

function change<I>(action: string, id: I) {
  return { actor: OPERATOR, action, entity: 'api_key', id } as const;
}

/** @throws Error where no key, or more than one, is meant. */
async function oneKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  idOrPrefix: string,
): Promise<ApiKeyRecord> {
  const [key, ...others] = await lockApiKeys(trx, tenantId, idOrPrefix);
  if (key === undefined) {
    throw new Error(`key "${idOrPrefix}" is unknown: cadenza key list shows those of the tenant`);
  }
  if (others.length > 0) throw new Error(`several keys begin with "${idOrPrefix}": use the id`);
  return key;
}

function keyTable(keys: readonly ApiKeyRecord[]): string {
  const time = (date: Date | null) => date?.toISOString() ?? '-';
  return table(
    ['prefix', 'scopes', 'created', 'last used', 'expires', 'revoked', 'name'],
    keys.map((key) => [
      key.prefix,
      key.scopes.join(','),
      time(key.createdAt),
      time(key.lastUsedAt),
      time(key.expiresAt),
      time(key.revokedAt),
      key.name,
    ]),
  );
}

function scopesValue(text: string): ApiScope[] {
  const words = text.split(',').map((word) => word.trim());
  const scopes = API_SCOPES.filter((scope) => words.includes(scope));
  if (words.some((word) => !API_SCOPES.some((scope) => scope === word))) {
    throw new InvalidArgumentError(
      'Expected read, write or admin, or several of them joined by commas.',
    );
  }
  return scopes;
}

function expiryValue(text: string): Duration {
  const duration = durationValue(text);
  if (duration.days === 0 && duration.ms === 0) {
    throw new InvalidArgumentError('Expected a duration longer than nothing.');
  }
  return duration;
}
