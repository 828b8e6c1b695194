import { inspectEnvironment, type AppName, type Environment } from '@cadenza/config';
import { createDatabase, createPool } from '@cadenza/database';
import { createMailDns } from '@cadenza/runtime';
import { createSendGridAdmin, type SendGridAdmin } from '@cadenza/sendgrid';
import { failureOf } from '../failure.ts';
import { configurationFindings } from './configuration.ts';
import { databaseFindings, loginFinding } from './database.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { oidcFindings } from './oidc.ts';
import { redisFindings } from './redis.ts';
import { sendGridFindings } from './sendgrid.ts';
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
  const { databaseOwnerUrl, databaseUrl, redisUrl, sendGrid, sendGridApiKey } = inspection;
  const admin =
    sendGrid === null || sendGridApiKey === null
      ? null
      : createSendGridAdmin({
          apiKey: sendGridApiKey.reveal(),
          baseUrl: sendGrid.baseUrl,
          totalTimeoutMs: sendGrid.timeoutMs,
        });
  try {
    return [
      ...configurationFindings(inspection, options.apps),
      ...(databaseOwnerUrl === null
        ? []
        : await ownersFindings(databaseOwnerUrl.reveal(), { inspection, admin, now: options.now })),
      ...(databaseUrl === null ? [] : [await loginFinding(databaseUrl.reveal())]),
      ...(redisUrl === null
        ? [ok('redis.reachable', 'REDIS_URL is not set: queues and limits are in PostgreSQL')]
        : await redisFindings(redisUrl.reveal())),
      ...(inspection.oidcIssuer === null ? [] : await oidcFindings(inspection.oidcIssuer)),
      ...(admin === null ? [withoutKey()] : await sendGridFindings(admin, inspection)),
    ];
  } finally {
    await admin?.close();
  }
}

/** What is seen with the owner's login: the database, and the tenants in it. */
async function ownersFindings(
  url: string,
  parts: {
    readonly inspection: ReturnType<typeof inspectEnvironment>;
    readonly admin: SendGridAdmin | null;
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
    const ask = { dns: dns?.enabled === true ? createMailDns(dns) : null, sendGrid: admin };
    return [...findings, ...(await tenantFindings(db, ask))];
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

function withoutKey(): Finding {
  return warn(
    'sendgrid.key',
    'SENDGRID_API_KEY is not set, or wrong: SendGrid was not asked',
    'Run this with the key of the send-worker.',
  );
}
