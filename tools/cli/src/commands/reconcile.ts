import {
  assertSecretsOpen,
  createDatabaseClock,
  createEngineStore,
  type Database,
} from '@cadenza/database';
import type { Clock } from '@cadenza/domain';
import {
  createPlanCache,
  reconcileAccepted,
  timerGraceMs,
  type AcceptedOptions,
} from '@cadenza/engine';
import type { Duration } from '@cadenza/plan';
import {
  createAccountClients,
  createSendGridAccounts,
  openSecretBox,
  tenantsLookup,
} from '@cadenza/runtime';
import { createSendGridLookup, LOOK_UP_REACH_MS, parseDelivery } from '@cadenza/sendgrid';
import type { Command } from 'commander';
import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { countValue, durationValue, instantValue, textValue } from '../option-values.ts';
import { asTenant, withWorker } from '../owner.ts';
import { createReconciledTotal, ended } from '../reconciled-total.ts';
import { findTenant, listTenants } from '../tenants.ts';
import type { Answering, Terminal } from '../terminal.ts';

interface ReconcileOptions {
  readonly tenant?: string;
  readonly since?: number;
  readonly until?: number;
  readonly grace: Duration;
  readonly limit: number;
  readonly apply?: true;
}

const DAY_MS = 86_400_000;
/** Campaign time that is gone through by default. */
const USUAL_MS = 7 * DAY_MS;
/** Messages that are listed by default. */
const LISTED = 1_000;

export function reconcileCommand(program: Command, { env }: Terminal, answering: Answering): void {
  answering<ReconcileOptions>(
    program
      .command('reconcile')
      .description('ask SendGrid what became of messages that were accepted, and had no news since')
      .option('--tenant <id or name>', 'of this tenant alone', textValue(200))
      .option('--since <moment>', 'handed over then or later; by default 7 days ago', instantValue)
      .option('--until <moment>', 'handed over before then', instantValue)
      .option(
        '--grace <duration>',
        'leave out what was handed over so short a time ago',
        durationValue,
        { days: 0, ms: 3_600_000 },
      )
      .option('--limit <number>', 'messages listed; all are counted', countValue, LISTED)
      .option('--apply', 'record what SendGrid says, as if it had been reported'),
    ({ tenant, limit, apply = false, ...range }) =>
      withWorker(env, async (db, { sendGrid }, { sendGridApiKey, encryptionKeys }) => {
        const box = openSecretBox(encryptionKeys);
        if (sendGridApiKey === null && box === null) {
          throw new Error(
            'SENDGRID_API_KEY: is not set, expected a key that may read Email Activity or Email Logs',
          );
        }
        await assertSecretsOpen(db, box);
        const clock = await createDatabaseClock(db, () => undefined);
        const total = createReconciledTotal({ apply, limit });
        const open = (apiKey: string) =>
          createSendGridLookup({
            apiKey,
            baseUrl: sendGrid.baseUrl,
            totalTimeoutMs: sendGrid.timeoutMs,
            clock,
            onNoActivity: () => {
              total.noActivity();
            },
          });
        const installation = sendGridApiKey === null ? null : open(sendGridApiKey.reveal());
        const fail = (error: unknown) => {
          throw error;
        };
        const accounts = createSendGridAccounts({ db, box, monotonic: () => performance.now() });
        const lookup = tenantsLookup(
          createAccountClients<ReturnType<typeof open> | null, ReturnType<typeof open>>({
            accounts,
            installation,
            open,
            onError: fail,
          }),
          clock,
          fail,
        );
        try {
          const { since, until } = rangeOf(range, clock);
          const tenants =
            tenant === undefined ? await listTenants(db) : [await findTenant(db, tenant)];
          const options = optionsOf(db, clock, lookup);
          for (const { id: tenantId } of tenants) {
            let refused = false;
            for await (const page of reconcileAccepted(
              { tenantId, since, until, apply },
              options,
            )) {
              total.add(page);
              refused = ended(page.failure);
            }
            const own = ((await accounts.of(tenantId))?.apiKey ?? null) !== null;
            // What one tenant's account refuses says nothing of the others'.
            if (refused && !own) break;
          }
          return total.answer({ since, until });
        } finally {
          clock.stop();
          await lookup.close();
          await installation?.close();
        }
      }),
  );
}

/** @throws Error for a range that is empty, or reaches beyond what SendGrid keeps. */
function rangeOf(
  { since, until, grace }: Pick<ReconcileOptions, 'since' | 'until' | 'grace'>,
  clock: Clock,
): { readonly since: number; readonly until: number } {
  const now = clock.now();
  const kept = now - LOOK_UP_REACH_MS;
  const range = {
    since: since ?? now - USUAL_MS,
    until: Math.min(until ?? now, now - grace.days * DAY_MS - grace.ms),
  };
  if (range.since < kept) {
    throw new Error(
      `--since: ${textOf(range.since)} was found, expected ${textOf(kept)} or later: ` +
        'SendGrid keeps no more than 30 days, and the last of them is not relied on',
    );
  }
  if (range.since >= range.until) {
    throw new Error(
      `the range is empty: from ${textOf(range.since)} to ${textOf(range.until)}. ` +
        'It ends at --until, and no later than --grace before now',
    );
  }
  return range;
}

function optionsOf(db: Database, clock: Clock, lookup: AcceptedOptions['lookup']): AcceptedOptions {
  return {
    store: createEngineStore(db),
    plans: createPlanCache(),
    clock,
    graceMs: timerGraceMs(clock.rate),
    parse: parseDelivery,
    lookup,
    hash: (payload) => hash('sha256', payload, 'buffer'),
    // Storing is the API's right alone.
    storeDelivery: async (delivery) => {
      if (delivery.tenantId === null) throw new Error('a delivery of nobody');
      await asTenant(db, delivery.tenantId, (trx) =>
        createEngineStore(trx).storeDeliveries([delivery]),
      );
    },
    wait: async (ms) => {
      await delay(ms);
    },
  };
}

function textOf(instant: number): string {
  return new Date(instant).toISOString();
}
