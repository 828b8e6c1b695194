import { loadCliConfig } from '@cadenza/config';
import { createLogin, recordPlatformAudit, type Database } from '@cadenza/database';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { sql } from 'kysely';
import { OPERATOR, withOwner } from '../owner.ts';
import type { Answering, Terminal } from '../terminal.ts';

const ROLES = { api: 'cadenza_api', worker: 'cadenza_worker' } as const;

interface LoginOptions {
  readonly role: keyof typeof ROLES;
  readonly name?: string;
  readonly newPassword?: true;
}

export function loginCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const login = program.command('login').description('logins by which the apps reach the database');
  answering<LoginOptions>(
    login
      .command('create')
      .description('make a login that row-level security binds, and print its URL once')
      .addOption(
        new Option('--role <role>', 'api for the API, worker for both workers')
          .choices(Object.keys(ROLES))
          .makeOptionMandatory(),
      )
      .option('--name <name>', 'name of the login; made up by default', nameValue)
      .option('--new-password', 'give a login that is there already a new password'),
    async ({ role, name, newPassword = false }) => {
      const group = ROLES[role];
      await withOwner(env, (db) => checkName(db, group, name, newPassword));
      const ownerUrl = loadCliConfig(env).secrets.databaseOwnerUrl.reveal();
      const url = await createLogin(ownerUrl, {
        role: group,
        ...(name === undefined ? {} : { name }),
      });
      const made = decodeURIComponent(new URL(url).username);
      await withOwner(env, (db) =>
        db.transaction().execute((trx) =>
          recordPlatformAudit(trx, {
            actor: OPERATOR,
            action: newPassword ? 'login.password_set' : 'login.created',
            entity: 'login',
            entityId: made,
            before: null,
            after: { role: group },
          }),
        ),
      );
      return {
        data: { role: group, name: made, url },
        text: url,
        notes: [`DATABASE_URL of a plain member of ${group}; it is not shown again:`],
      };
    },
  );
}

/** Making a login of a name that exists would take that one's password, whoever it belongs to. */
async function checkName(
  db: Database,
  group: string,
  name: string | undefined,
  newPassword: boolean,
): Promise<void> {
  if (name === undefined) {
    if (newPassword) throw new Error('--new-password needs the --name of a login');
    return;
  }
  const { rows } = await sql<{ plain: boolean }>`
    SELECT r.rolcanlogin AND NOT (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole)
      AND EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                  WHERE m.member = r.oid AND g.rolname = ${group}) AS plain
    FROM pg_roles r WHERE r.rolname = ${name}`.execute(db);
  const [found] = rows;
  if (found === undefined) {
    if (newPassword) throw new Error(`login "${name}" does not exist`);
  } else if (!found.plain) {
    throw new Error(`"${name}" is a role already, and no plain login of ${group}`);
  } else if (!newPassword) {
    throw new Error(`login "${name}" exists already: --new-password gives it a new password`);
  }
}

function nameValue(text: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(text)) {
    throw new InvalidArgumentError('Expected a-z, 0-9 and _, at most 63, no digit first.');
  }
  return text;
}
