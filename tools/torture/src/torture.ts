import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { accountFor, type Account, type Fate } from './ledger/account.ts';
import { limitsExceeded } from './ledger/limits.ts';
import { settle, type Unsettled } from './ledger/quiet.ts';
import {
  beginsAfterSuppression,
  readAcceptances,
  readHandOffs,
  readLimits,
  readPlanned,
  readStuck,
  readTrace,
  readWaiters,
} from './ledger/read-ledger.ts';
import { verifyAll } from './ledger/verified.ts';
import { startCampaigns } from './load/campaigns.ts';
import { enrolUnderFire } from './load/enrolling.ts';
import { rest, unleash, wake } from './monkey/monkey.ts';
import { watchSuppressions } from './monkey/opt-outs.ts';
import { createStriker, letTenantsIn, USUAL_WEBHOOK } from './monkey/strike.ts';
import type { TortureOptions } from './options.ts';
import type { FaultKind } from './plan/fault.ts';
import { FAULT_KINDS, planFaults, planHash } from './plan/plan-faults.ts';
import { findings, type TortureReport } from './report.ts';
import { RATE, startWorld, type World } from './world/world.ts';

/** A control is caught by the one fault that it does not bear; others would only slow it down. */
const KINDS: Readonly<Record<TortureOptions['control'], readonly FaultKind[]>> = {
  none: FAULT_KINDS,
  'no-cas': ['double_jobs'],
  'no-deadline': ['freeze'],
};
const WATCH_EVERY_MS = 500;
/** Campaign milliseconds for which a look-up and its recording may be under way. */
const LOOK_UP_MS = 5_000 * RATE;
/** Longer than anything on its way pauses: a hand-off is tried again after 5 minutes at most. */
const PATIENCE_MS = 330_000;
const TRACES = 5;
/** Exit code of a program that was asked to end: 128 and the number of SIGINT. */
const INTERRUPTED = 130;
const WRONG: readonly Fate[] = ['doubled', 'residue', 'lost', 'unresolved', 'unexpected'];

/** What a run says while it goes on. */
export type Say = (line: string) => void;

/**
 * Runs campaigns under a storm of faults, waits until what is left has come to rest, and accounts
 * for every message. Everything that was started is stopped, whatever happens.
 *
 * @param hostEnv the environment of this process, of which programs inherit what configures none.
 */
export async function torture(
  options: TortureOptions,
  hostEnv: Readonly<Record<string, string | undefined>>,
  say: Say,
): Promise<TortureReport> {
  const kinds = KINDS[options.control];
  const plan = planFaults(options.seed, options.minutes, kinds);
  const hash = planHash(plan);
  say(`Seed ${options.seed}: ${plan.length} faults in ${options.minutes} min, plan ${hash}.`);
  const world = await startWorld(options, hostEnv);
  // All that was started ends with this process, once it goes on.
  const interrupt = () => {
    wake(world);
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let report: TortureReport | null = null;
  try {
    report = await storm(world, options, plan, hash, say);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    const keepLogs = report === null || findings(report).length > 0;
    const unclean = await world.stop({ keepLogs });
    if (report !== null) report = { ...report, unclean };
    if (keepLogs || unclean.length > 0) say(`The programs' logs are in ${world.logDir}`);
  }
  return report;
}

async function storm(
  world: World,
  options: TortureOptions,
  plan: ReturnType<typeof planFaults>,
  hash: string,
  say: Say,
): Promise<TortureReport> {
  const campaigns = await startCampaigns(world, options);
  await world.emulator.webhook(USUAL_WEBHOOK);
  const watch = watchSuppressions(world);
  const watching = setInterval(() => void watch.look(), WATCH_EVERY_MS);
  try {
    const log = path.join(world.logDir, 'faults.ndjson');
    say('The storm begins.');
    const [strikes] = await Promise.all([
      unleash(plan, createStriker(world, campaigns, watch), (one, result) =>
        appendFileSync(
          log,
          `${JSON.stringify({ over: new Date(), ...one, result: String(result) })}\n`,
        ),
      ),
      enrolUnderFire(campaigns, {
        messages: options.messages,
        stormMs: options.minutes * 60_000,
      }),
    ]);
    await rest(world);
    say('The monkey rests; what is left comes to its end.');
    const sayEveryTenth = everyTenth(async ({ enrollments, deliveries }) => {
      say(`  ${enrollments} people under way, ${deliveries} deliveries waiting`);
      for (const waiter of await readWaiters(world)) say(`    ${waiter}`);
    });
    const unsettled = await settle(world, PATIENCE_MS, async (left) => {
      // A refusal may be recorded when the storm is over: the operator is still there.
      await letTenantsIn(world);
      await sayEveryTenth(left);
    });
    await watch.look();
    return await judge(world, { options, planHash: hash, strikes, unsettled }, watch.seen);
  } finally {
    clearInterval(watching);
    await rest(world);
  }
}

async function judge(
  world: World,
  known: Pick<TortureReport, 'options' | 'planHash' | 'strikes' | 'unsettled'>,
  suppressions: Parameters<typeof beginsAfterSuppression>[1],
): Promise<TortureReport> {
  const planned = await readPlanned(world);
  const account = accountFor(planned, await readAcceptances(world), LOOK_UP_MS);
  const afterSuppression = await beginsAfterSuppression(world, suppressions);
  const stuck = await readStuck(world);
  const verified = await verifyAll(world);
  const enrollments = new Map(
    planned.map(({ messageId, enrollmentId }) => [messageId, enrollmentId]),
  );
  const suspects = new Set([
    ...wrongMessages(account).flatMap((id) => enrollments.get(id) ?? []),
    ...afterSuppression.map(({ enrollmentId }) => enrollmentId),
    ...stuck,
    ...verified.differences.map(({ enrollmentId }) => enrollmentId),
  ]);
  const traces: string[] = [];
  for (const enrollmentId of [...suspects].slice(0, TRACES)) {
    traces.push(`Enrollment ${enrollmentId}`, ...(await readTrace(world, enrollmentId)));
  }
  return {
    ...known,
    pointsReached: world.pointsReached(),
    suppressions: suppressions.length,
    account,
    exceeded: limitsExceeded(await readHandOffs(world), await readLimits(world)),
    afterSuppression,
    stuck,
    verified,
    unclean: [],
    traces,
  };
}

function wrongMessages({ entries }: Account): string[] {
  return entries.filter(({ fate }) => WRONG.includes(fate)).map(({ messageId }) => messageId);
}

function everyTenth(
  report: (unsettled: Unsettled) => Promise<void>,
): (unsettled: Unsettled) => Promise<void> {
  let looks = 0;
  return async (unsettled) => {
    if (looks++ % 10 === 0) await report(unsettled);
  };
}
