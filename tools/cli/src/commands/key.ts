import { API_SCOPES, createApiKey, insertApiKey, type ApiScope } from '@cadenza/database';
import { addDuration, type Duration } from '@cadenza/plan';
import { InvalidArgumentError, type Command } from 'commander';
import { listKeys, revokeKey, type KeyRecord } from '../keys.ts';
import { durationValue, textValue } from '../option-values.ts';
import { asTenant, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

interface OfTenant {
  readonly tenant: string;
}

interface NewKey extends OfTenant {
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  readonly expires?: Duration;
}

export function keyCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const key = program.command('key').description('API keys of a tenant');
  const ofTenant = (name: string) =>
    key.command(name).requiredOption('--tenant <id or name>', 'whose', textValue(200));

  answering<NewKey>(
    ofTenant('create')
      .description('make a key, and print it once')
      .option('--name <name>', 'what people call it', textValue(200), 'made by cadenza')
      .option('--scopes <list>', 'read, or read,write', scopesValue, [...API_SCOPES])
      .option('--expires <duration>', 'after which it ends; never by default', expiryValue),
    ({ tenant, name, scopes, expires }) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const { key, prefix, hash } = createApiKey();
        const expiresAt = expires ? new Date(addDuration(Date.now(), expires, 'UTC')) : null;
        const id = await asTenant(db, tenantId, (trx) =>
          insertApiKey(trx, tenantId, { prefix, hash, name, scopes, expiresAt }),
        );
        return {
          data: { id, tenantId, name, prefix, scopes, expiresAt, key },
          text: key,
          notes: ['API key, for the header "Authorization: Bearer <key>"; it is not shown again:'],
        };
      }),
  );

  answering<OfTenant>(ofTenant('list').description('list the keys of a tenant'), ({ tenant }) =>
    withOwner(env, async (db) => {
      const { id } = await findTenant(db, tenant);
      const keys = await asTenant(db, id, (trx) => listKeys(trx, id));
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
        const revoked = await asTenant(db, id, (trx) => revokeKey(trx, id, which));
        return {
          data: revoked,
          text: `revoked ${revoked.prefix} "${revoked.name}" at ${revoked.revokedAt?.toISOString() ?? ''}`,
        };
      }),
  );
}

function keyTable(keys: readonly KeyRecord[]): string {
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
    throw new InvalidArgumentError(`Expected ${API_SCOPES.join(' and ')}, joined by a comma.`);
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
