import {
  inspectEnvironment,
  type AppName,
  type Environment,
  type Inspection,
} from '@cadenza/config';
import { createDatabase, createPool, type Database } from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import { createMailDns, openSecretBox } from '@cadenza/runtime';
import { createSendGridAdmin, type SendGridAdmin } from '@cadenza/sendgrid';
import { failureOf } from '../failure.ts';
import { ownAccounts, sealedSecretsFinding } from './accounts.ts';
import { configurationFindings } from './configuration.ts';
import { databaseFindings, loginFinding } from './database.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { oidcFindings } from './oidc.ts';
import { redisFindings } from './redis.ts';
import { installationAccount, sendGridFindings } from './sendgrid.ts';
import { tenantFindings } from './tenants.ts';

export interface ExamineOptions {
  /** The apps whose settings the environment is to hold. */
  readonly apps: readonly AppName[];
  /** This machine's clock, epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Looks at everything that an installation stands on. Changes nothing, and goes on where a part
 * cannot be looked at.
 */
export async function examine(env: Environment, options: ExamineOptions): Promise<Finding[]> {
  const inspection = inspectEnvironment(env);
  const { databaseOwnerUrl, databaseUrl, redisUrl, sendGridApiKey } = inspection;
  await using connections = new AsyncDisposableStack();
  const connect = connector(inspection.sendGrid, connections);
  const admin = sendGridApiKey === null ? null : connect(sendGridApiKey.reveal());
  return [
    ...configurationFindings(inspection, options.apps),
    ...(databaseOwnerUrl === null
      ? []
      : await ownersFindings(databaseOwnerUrl.reveal(), {
          inspection,
          admin,
          connect,
          now: options.now,
        })),
    ...(databaseUrl === null ? [] : [await loginFinding(databaseUrl.reveal())]),
    ...(redisUrl === null
      ? [ok('redis.reachable', 'REDIS_URL is not set: queues and limits are in PostgreSQL')]
      : await redisFindings(redisUrl.reveal())),
    ...(inspection.oidcIssuer === null ? [] : await oidcFindings(inspection.oidcIssuer)),
    ...(admin === null
      ? [withoutKey()]
      : await sendGridFindings(admin, installationAccount(inspection))),
  ];
}

/** Connects to accounts of SendGrid by their API keys; null where it is not known how. */
type Connect = (apiKey: string) => SendGridAdmin | null;

function connector(settings: Inspection['sendGrid'], connections: AsyncDisposableStack): Connect {
  return (apiKey) => {
    if (settings === null) return null;
    const { baseUrl, timeoutMs: totalTimeoutMs } = settings;
    return connections.adopt(createSendGridAdmin({ apiKey, baseUrl, totalTimeoutMs }), (admin) =>
      admin.close(),
    );
  };
}

/** What is seen with the owner's login: the database, and the tenants in it. */
async function ownersFindings(
  url: string,
  parts: {
    readonly inspection: Inspection;
    readonly admin: SendGridAdmin | null;
    readonly connect: Connect;
    readonly now: () => number;
  },
): Promise<Finding[]> {
  const { inspection, admin } = parts;
  const { dns } = inspection;
  const db = createDatabase(createPool({ url, poolSize: 1, applicationName: 'cadenza-doctor' }));
  try {
    const findings = await databaseFindings(db, url, inspection, parts.now);
    const isMigrated = findings.some(
      ({ check, state }) => check === 'database.migrations' && state === 'ok',
    );
    if (!isMigrated) return findings;
    const own = await ownAccountFindings(db, inspection, parts.connect);
    const ask = {
      dns: dns?.enabled === true ? createMailDns(dns) : null,
      sendGrid: admin,
      ownSendGrid: own.admins,
    };
    return [...findings, ...own.findings, ...(await tenantFindings(db, ask))];
  } catch (error) {
    const { message } = failureOf(error);
    return [
      fail(
        'database.reachable',
        message,
        'Look at DATABASE_OWNER_URL, and whether PostgreSQL runs.',
      ),
    ];
  } finally {
    await db.destroy();
  }
}

/** What is sealed in the database, and the accounts of SendGrid that it opens. */
async function ownAccountFindings(
  db: Database,
  { encryptionKeys, publicUrl }: Inspection,
  connect: Connect,
): Promise<{
  readonly admins: ReadonlyMap<Id, SendGridAdmin>;
  readonly findings: readonly Finding[];
}> {
  const box = openSecretBox(encryptionKeys);
  const sealed = await sealedSecretsFinding(db, box);
  const { accounts, findings: unopened } = await ownAccounts(db, box, publicUrl);
  const admins = new Map<Id, SendGridAdmin>();
  const findings = [sealed, ...unopened];
  for (const { tenantId, apiKey, expected } of accounts) {
    const admin = connect(apiKey);
    if (admin === null) continue;
    admins.set(tenantId, admin);
    findings.push(...(await sendGridFindings(admin, expected)));
  }
  return { admins, findings };
}

function withoutKey(): Finding {
  return warn(
    'sendgrid.key',
    'SENDGRID_API_KEY is not set, or wrong: SendGrid was not asked',
    'Run this with the key of the send-worker.',
  );
}
