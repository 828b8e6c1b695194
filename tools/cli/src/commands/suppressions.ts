import {
  createDatabaseClock,
  createEngineStore,
  listSuppressions,
  removeSuppression,
  suppressForAll,
  type Consent,
  type Database,
  type DatabaseClock,
  type RemovalRefusal,
} from '@cadenza/database';
import {
  isEmailAddress,
  isEmailDomain,
  normalizeEmail,
  SUPPRESSION_REASONS,
  type SuppressionReason,
} from '@cadenza/domain';
import {
  createPlanCache,
  endSuppressedEverywhere,
  syncSuppressions,
  timerGraceMs,
  type SuppressionTarget,
} from '@cadenza/engine';
import { createSendGridLists } from '@cadenza/sendgrid';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { instantValue, textValue } from '../option-values.ts';
import { acrossTenants, OPERATOR, withWorker } from '../owner.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

interface AddOptions {
  readonly reason: SuppressionReason;
  readonly source: string;
}

interface RemoveOptions {
  readonly consentSource?: string;
  readonly consentAt?: number;
}

/** Suppressions that are listed at once, the newest first. */
const LISTED = 1_000;

export function suppressionsCommands(
  program: Command,
  { env }: Terminal,
  answering: Answering,
): void {
  const suppressions = program
    .command('suppressions')
    .description('addresses and domains that no tenant may write to');

  answering<AddOptions>(
    suppressions
      .command('add')
      .description('never let any tenant write to these again; ends what is under way to them')
      .addArgument(new Argument('<values...>', 'addresses, or domains for all of theirs'))
      .addOption(
        new Option('--reason <reason>', 'why').choices(SUPPRESSION_REASONS).default('manual'),
      )
      .option('--source <text>', 'where it comes from', textValue(200), OPERATOR),
    ({ reason, source }, values) => {
      const targets = values.map(targetOf);
      return withClock(env, async (db, clock) => {
        const at = clock.now();
        const added = await acrossTenants(db, (trx) =>
          suppressForAll(
            trx,
            targets.map((target) => ({ ...target, reason, source, at })),
            OPERATOR,
          ),
        );
        const endedEnrollments = await endSuppressedEverywhere(targets, {
          store: createEngineStore(db),
          plans: createPlanCache(),
          now: () => clock.now(),
          graceMs: timerGraceMs(clock.rate),
        });
        return {
          data: { suppressed: targets.length, added, endedEnrollments },
          text: `${targets.length} suppressed for all tenants (${added} new); ${endedEnrollments} enrollments ended`,
        };
      });
    },
  );

  answering<{ readonly prefix?: string }>(
    suppressions
      .command('list')
      .description('list what is suppressed for all tenants, the newest first')
      .option('--prefix <text>', 'what it begins with', textValue(254)),
    ({ prefix }) =>
      withWorker(env, async (db) => {
        const { items } = await acrossTenants(db, (trx) =>
          listSuppressions(
            trx,
            null,
            { after: null, limit: LISTED },
            { prefix: prefix?.toLowerCase() },
          ),
        );
        return {
          data: { suppressions: items },
          text: table(
            ['kind', 'value', 'reason', 'source', 'last seen'],
            items.map((one) => [
              one.kind,
              one.value,
              one.reason,
              one.source,
              one.lastSeenAt.toISOString(),
            ]),
          ),
        };
      }),
  );

  answering<RemoveOptions>(
    suppressions
      .command('remove')
      .description('take what is suppressed for all tenants off the list; nothing starts again')
      .argument('<value>', 'an address or a domain')
      .option('--consent-source <text>', 'where who had unsubscribed has agreed', textValue(200))
      .option('--consent-at <moment>', 'and when', instantValue),
    ({ consentSource, consentAt }, [value = '']) => {
      const target = targetOf(value);
      const consent =
        consentSource === undefined || consentAt === undefined
          ? null
          : { source: consentSource, at: new Date(consentAt) };
      return withClock(env, async (db, clock) => {
        await remove(db, clock, target, consent);
        return { data: { removed: target }, text: `${target.value} is not suppressed any more` };
      });
    },
  );

  answering(
    suppressions
      .command('sync')
      .description('bring suppressions and SendGrid’s lists in step now; workers do it once a day'),
    () =>
      withWorker(env, async (db, { sendGrid }, { sendGridApiKey }) => {
        if (sendGridApiKey === null) {
          throw new Error('SENDGRID_API_KEY: is not set, expected a key that may use Suppressions');
        }
        const clock = await createDatabaseClock(db, () => undefined);
        const lists = createSendGridLists({
          apiKey: sendGridApiKey.reveal(),
          baseUrl: sendGrid.baseUrl,
          totalTimeoutMs: sendGrid.timeoutMs,
        });
        const store = createEngineStore(db);
        try {
          const result = await store.alone('sync suppressions', () =>
            syncSuppressions({
              store,
              lists,
              plans: createPlanCache(),
              now: () => clock.now(),
              graceMs: timerGraceMs(clock.rate),
            }),
          );
          if (result === null) throw new Error('a worker is at it already: try again in a while');
          const { pulled, endedEnrollments, pushed, takenBack } = result;
          return {
            data: result,
            text: `${pulled} new from SendGrid, ${endedEnrollments} enrollments ended; ${pushed} put on its list, ${takenBack} taken back`,
          };
        } finally {
          clock.stop();
          await lists.close();
        }
      }),
  );
}

/** @throws Error where it is not there, or holds. */
async function remove(
  db: Database,
  clock: DatabaseClock,
  { kind, value }: SuppressionTarget,
  consent: Consent | null,
): Promise<void> {
  const now = new Date(clock.now());
  if (consent !== null && consent.at > now) {
    throw new Error('--consent-at: lies in the future, expected a moment that has been');
  }
  const result = await acrossTenants(db, async (trx) => {
    const { items } = await listSuppressions(
      trx,
      null,
      { after: null, limit: 1 },
      { address: value, kind, channel: 'email' },
    );
    const [found] = items;
    if (found === undefined) return { kind: 'not_found' } as const;
    return removeSuppression(trx, null, found.id, { actor: OPERATOR, consent, now });
  });
  if (result.kind !== 'removed') throw new Error(`${value} ${refusal(result)}`);
}

function refusal(result: RemovalRefusal): string {
  switch (result.kind) {
    case 'not_found':
      return 'is not suppressed for all tenants: see cadenza suppressions list';
    case 'never':
      return `is suppressed by a ${result.reason}: that holds for good`;
    case 'needs_consent':
      return `has unsubscribed: expected --consent-source and a --consent-at of after ${result.lastSeenAt.toISOString()}`;
  }
}

/** @throws InvalidArgumentError for what is neither an address nor a domain. */
function targetOf(text: string): SuppressionTarget {
  const value = normalizeEmail(text);
  if (isEmailAddress(value)) return { channel: 'email', kind: 'address', value };
  if (isEmailDomain(value)) return { channel: 'email', kind: 'domain', value };
  throw new InvalidArgumentError(
    'Expected an address such as jo@example.com, or a domain such as example.com.',
  );
}

function withClock<T>(
  env: Terminal['env'],
  work: (db: Database, clock: DatabaseClock) => Promise<T>,
): Promise<T> {
  return withWorker(env, async (db) => {
    const clock = await createDatabaseClock(db, () => undefined);
    try {
      return await work(db, clock);
    } finally {
      clock.stop();
    }
  });
}
