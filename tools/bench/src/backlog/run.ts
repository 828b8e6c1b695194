import { writeFile } from 'node:fs/promises';
import { SETTINGS_OF_COMPOSE, startStores, type Stores } from '../stores.ts';
import { judge, type Verdict } from './bounds.ts';
import { openInstallation, type Installation, type Round } from './installation.ts';
import type { BacklogBenchOptions } from './options.ts';
import { createPlanLog, PLAN_LOG_SETTINGS, type PlanLog } from './plan-log.ts';
import type { RanStatement } from './plan-parser.ts';
import { report, type Row } from './print.ts';
import { timeRounds, timingOf } from './rounds.ts';
import { planLines, scansOf } from './scans.ts';
import { walkThrough } from './walks.ts';

const TABLE = 'scheduled_actions';
/** Found in the one statement of a claim that picks among the pending sends of the lanes. */
const PICKS = 'offered AS MATERIALIZED';

/**
 * Runs the bench and prints what it found.
 *
 * @param interrupted ends it early, and everything that it has started.
 * @returns what became of the bounds.
 */
export async function runBacklogBench(
  options: BacklogBenchOptions,
  hostEnv: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<Verdict[]> {
  const planLog = createPlanLog();
  const settings = { ...SETTINGS_OF_COMPOSE, ...PLAN_LOG_SETTINGS };
  const postgres = { settings, log: planLog.line };
  const stores = await startStores({ postgres, hostEnv });
  const opened: Installation[] = [];
  const stopped = new Promise<never>((_, reject) => {
    interrupted.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });
  try {
    return await Promise.race([measure(options, stores, planLog, opened, print), stopped]);
  } finally {
    for (const installation of opened) await installation.close();
    await stores.stop();
  }
}

async function measure(
  options: BacklogBenchOptions,
  stores: Stores,
  planLog: PlanLog,
  opened: Installation[],
  print: (text: string) => void,
): Promise<Verdict[]> {
  const open = async (people: number) => {
    const began = performance.now();
    const installation = await openInstallation(stores);
    opened.push(installation);
    await installation.loader.backlog(options.kinds, people);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    const pending = await installation.loader.pending();
    print(`${pending} pending actions (${options.kinds.join(', ')}) in ${seconds} s\n`);
    return { installation, pending };
  };
  const baseline = await open(options.baseline);
  const backlog = await open(options.pending);

  const { client } = stores.redis;
  const walked = await walkThrough(backlog.installation, client, options.walks);
  const walkedBefore = await walkThrough(baseline.installation, client, options.walks);
  const both = [baseline.installation, backlog.installation];
  const [free = [], freeBefore = []] = (await timeRounds(both, options)).toReversed();
  const statements = await explainRound(backlog.installation, stores, planLog);
  const statementsBefore = await explainRound(baseline.installation, stores, planLog);

  const rows = [
    ...pair('free to go', baseline.pending, freeBefore, backlog.pending, free),
    ...(options.kinds.includes('limited')
      ? pair('limited', baseline.pending, walkedBefore.rounds, backlog.pending, walked.rounds)
      : []),
  ];
  const scans = scansOf(statements, TABLE);
  const verdicts = judge({
    redisGrowth: walked.redisGrowth,
    baselineMs: timingOf(freeBefore).medianMs,
    pendingMs: timingOf(free).medianMs,
    scans,
  });
  const scansBefore = scansOf(statementsBefore, TABLE);
  const picking = statements.find(({ query }) => query.includes(PICKS));
  print(
    report({
      rows,
      verdicts,
      rounds: [
        { pending: baseline.pending, scans: scansBefore },
        { pending: backlog.pending, scans },
      ],
      picking: picking === undefined ? [] : planLines(picking.plan, 1),
    }),
  );
  if (options.json !== null) {
    const everything = {
      options,
      rows,
      walked,
      walkedBefore,
      free,
      freeBefore,
      scans,
      scansBefore,
      picking,
      verdicts,
    };
    await writeFile(options.json, `${JSON.stringify(everything, null, 2)}\n`);
  }
  return verdicts;
}

/** The plans of one more round, in the sessions that ran those before it. */
async function explainRound(
  installation: Installation,
  stores: Stores,
  planLog: PlanLog,
): Promise<RanStatement[]> {
  const ran = await planLog.during(stores.postgres.adminUrl, () => installation.round());
  await installation.drain();
  return ran.filter(({ databaseName }) => databaseName === installation.databaseName);
}

/** Rounds of one sort with the small backlog and with the whole one. */
function pair(
  what: string,
  pendingBefore: number,
  roundsBefore: readonly Round[],
  pending: number,
  rounds: readonly Round[],
): Row[] {
  const [before, after] = [timingOf(roundsBefore), timingOf(rounds)];
  const ratio = after.medianMs / before.medianMs;
  return [
    { what, pending: pendingBefore, timing: before, ratio: null },
    { what, pending, timing: after, ratio },
  ];
}
