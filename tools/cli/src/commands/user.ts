import {
  deleteUser,
  endSessionsOf,
  findUserByEmail,
  hashPassword,
  insertUser,
  listUsers,
  recordAudit,
  setPasswordHash,
  type Database,
  type Page,
  type UserRecord,
} from '@cadenza/database';
import {
  isEmailAddress,
  normalizeEmail,
  passwordFlaw,
  USER_ROLES,
  type Id,
  type UserRole,
} from '@cadenza/domain';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { textValue } from '../option-values.ts';
import { acrossTenants, asTenant, OPERATOR, withOwner } from '../owner.ts';
import { readSecretLine } from '../secret-line.ts';
import { findTenant } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

interface NewUserOptions {
  readonly role: UserRole;
  readonly name?: string;
  readonly password?: true;
}

const PAGE = 500;

/** The people who work for tenants. */
export function userCommands(program: Command, terminal: Terminal, answering: Answering): void {
  const { env } = terminal;
  const user = program.command('user').description('the people who sign in, for their tenants');
  const named = (name: string, description: string) =>
    user
      .command(name)
      .description(description)
      .argument('<tenant>', 'its id or its name')
      .argument('<email>', 'the address of the person', emailValue);

  answering<NewUserOptions>(
    named('add', 'make somebody a user of a tenant')
      .addOption(
        new Option('--role <role>', 'what the user may do').choices(USER_ROLES).default('viewer'),
      )
      .option('--name <name>', 'what the person is called', textValue(200))
      .option('--password', 'read a password from standard input, as `user password` does'),
    async ({ role, name, password }, [which = '', address = '']) => {
      const email = normalizeEmail(address);
      const hash = password === true ? await askForHash(terminal, email) : null;
      return withOwner(env, async (db) => {
        const tenant = await findTenant(db, which);
        const made = await asTenant(db, tenant.id, async (trx) => {
          const inserted = await insertUser(trx, tenant.id, { email, name, role });
          if (inserted === null) throw new Error(`${tenant.name} has a user of that address`);
          await recordAudit(trx, tenant.id, {
            actor: OPERATOR,
            action: 'user.added',
            entity: 'user',
            entityId: inserted.id,
            before: null,
            after: { role },
            changed: ['email', 'name', 'role'],
          });
          return inserted;
        });
        if (hash !== null) await setPassword(db, email, hash);
        return { data: { tenantId: tenant.id, ...made }, text: made.id };
      });
    },
  );

  answering(
    user
      .command('list')
      .description('list the users of a tenant')
      .argument('<tenant>', 'its id or its name'),
    (_options, [which = '']) =>
      withOwner(env, async (db) => {
        const { id } = await findTenant(db, which);
        const users = await everyUser(db, id);
        return { data: { users }, text: userTable(users) };
      }),
  );

  answering(
    named('remove', 'remove a user, the last owner too, and end all sessions'),
    (_options, [which = '', address = '']) =>
      withOwner(env, async (db) => {
        const email = normalizeEmail(address);
        const { id: tenantId, name } = await findTenant(db, which);
        const removed = await asTenant(db, tenantId, async (trx) => {
          const found = await findUserByEmail(trx, tenantId, email);
          if (found === null) throw new Error(`${name} has no user of that address`);
          await deleteUser(trx, tenantId, found.id);
          await recordAudit(trx, tenantId, {
            actor: OPERATOR,
            action: 'user.removed',
            entity: 'user',
            entityId: found.id,
            before: { role: found.role },
            after: null,
          });
          return found;
        });
        return { data: removed, text: `removed ${removed.id}` };
      }),
  );

  answering(
    user
      .command('password')
      .description('set the password of a person, for all tenants, from standard input')
      .argument('<email>', 'the address of the person', emailValue),
    async (_options, [address = '']) => {
      const email = normalizeEmail(address);
      const hash = await askForHash(terminal, email);
      return withOwner(env, async (db) => {
        const tenants = await setPassword(db, email, hash);
        return {
          data: { tenants },
          text: `set, for ${tenants.length === 1 ? 'one tenant' : `${tenants.length} tenants`}; all sessions have ended`,
        };
      });
    },
  );
}

async function askForHash(terminal: Terminal, email: string): Promise<string> {
  const password = await readSecretLine(terminal, 'Password: ');
  const flaw = passwordFlaw(password, email);
  if (flaw === null) return hashPassword(password);
  const { length } = [...password];
  throw new Error(`a password of ${length} characters was found, expected ${flaw}`);
}

/** Gives a person a password, who has to sign in with it from now on. @returns the person's tenants. */
async function setPassword(db: Database, email: string, hash: string): Promise<readonly Id[]> {
  const users = await acrossTenants(db, async (trx) => {
    const found = await trx
      .selectFrom('users')
      .select(['tenant_id', 'id'])
      .where('email', '=', email)
      .orderBy('id')
      .execute();
    if (found.length === 0) {
      throw new Error('no tenant has a user of that address: cadenza user add makes one');
    }
    await setPasswordHash(trx, email, hash);
    return found;
  });
  for (const { tenant_id: tenantId, id } of users) {
    await asTenant(db, tenantId, async (trx) => {
      await endSessionsOf(trx, tenantId, id);
      await recordAudit(trx, tenantId, {
        actor: OPERATOR,
        action: 'user.password_set',
        entity: 'user',
        entityId: id,
        before: null,
        after: null,
      });
    });
  }
  return users.map((one) => one.tenant_id);
}

async function everyUser(db: Database, tenantId: Id): Promise<UserRecord[]> {
  const users: UserRecord[] = [];
  for (let after: Id | null = null; ;) {
    const page: Page<UserRecord> = await asTenant(db, tenantId, (trx) =>
      listUsers(trx, tenantId, { limit: PAGE, after }),
    );
    users.push(...page.items);
    if (page.next === null) return users.toReversed();
    after = page.next;
  }
}

function userTable(users: readonly UserRecord[]): string {
  return table(
    ['email', 'role', 'signed in', 'name', 'id'],
    users.map(({ id, email, role, signedInAt, name }) => [
      email,
      role,
      signedInAt?.toISOString() ?? 'never',
      name ?? '',
      id,
    ]),
  );
}

/** @returns it as it was written, as commands are given their arguments. */
function emailValue(text: string): string {
  if (!isEmailAddress(normalizeEmail(text))) {
    throw new InvalidArgumentError('Expected an e-mail address such as jo@example.com.');
  }
  return text;
}
