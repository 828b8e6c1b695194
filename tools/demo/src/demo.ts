import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parsePlan } from '@cadenza/plan';
import { postgresProblem, redisProblem, startStack, type Stack } from '@cadenza/stack';
import { startDemoCampaign } from './campaign.ts';
import type { Interrupt } from './interrupt.ts';
import { longestCourse } from './longest-course.ts';
import type { DemoSettings } from './options.ts';
import { patienceMs } from './patience.ts';
import { readOpenWork } from './open-work.ts';
import {
  printOpenWork,
  printReport,
  printStart,
  progressLine,
  roughly,
  type Print,
} from './print.ts';
import { waitForEnd } from './progress.ts';
import { readReport } from './report.ts';

const EXAMPLES = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../examples');

export interface DemoOptions extends DemoSettings {
  /** Whether a line of progress may be written over the last one. */
  readonly terminal: boolean;
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts everything, runs the campaign, reports, and stops everything.
 *
 * @returns the exit code. Whoever stays up is ended by an interruption, which is no failure then.
 */
export async function runDemo(
  options: DemoOptions,
  print: Print,
  interrupt: Interrupt,
): Promise<number> {
  const { signal } = interrupt;
  let stack: Stack | null = null;
  let code: number;
  const problem = await serverProblem(options);
  if (problem !== null) {
    print(`${problem}\n`);
    return 1;
  }
  try {
    print('Starting PostgreSQL, the SendGrid emulator, api, send-worker and event-worker …\n');
    stack = await startStack({
      adminUrl: options.postgres?.url ?? null,
      redisUrl: options.redis?.url ?? null,
      rate: options.rate,
      campaignStart: mondayMorning(),
      seed: options.seed,
      hostEnv: options.hostEnv,
      signal,
      ...(options.apiPort === null ? {} : { apiPort: options.apiPort }),
    });
    const good = await runCampaign(stack, options, print, signal);
    if (options.stay) await stayUp(print, signal);
    code = good ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) print(`${messageOf(error)}\n`);
    code = !signal.aborted ? 1 : options.stay && stack !== null ? 0 : interrupt.exitCode();
  }
  if (stack === null) return code;
  const clean = await stopStack(stack, print);
  if (clean && (code === 0 || signal.aborted)) {
    await rm(stack.logDir, { recursive: true, force: true });
    return code;
  }
  print(`The programs' logs are in ${stack.logDir}\n`);
  return code === 0 || !clean ? 1 : code;
}

/** @returns what is wrong with a server that the environment names, and which variable names it. */
async function serverProblem({ postgres, redis }: DemoSettings): Promise<string | null> {
  const found = [
    postgres && [postgres.variable, await postgresProblem(postgres.url)],
    redis && [redis.variable, await redisProblem(redis.url)],
  ];
  const [bad] = found.filter((pair) => pair !== null && pair[1] !== null);
  return bad ? `${bad[0]}: ${bad[1]}` : null;
}

/** @returns whether it ended in time, nothing was doubled and nobody is unaccounted for. */
async function runCampaign(
  stack: Stack,
  options: DemoOptions,
  print: Print,
  signal: AbortSignal,
): Promise<boolean> {
  const begun = performance.now();
  const plan = await readPlan();
  const courseMs = longestCourseMs(plan);
  print(
    `Database ${stack.databaseDescription}; queue and limits on ${options.redis === null ? 'PostgreSQL' : 'Redis'}; ` +
      `one day passes in ${(86_400 / options.rate).toFixed(1)} s.\n` +
      `The longest way through the plan takes ${roughly(courseMs)}, here ${roughly(courseMs / options.rate)}.\n\n`,
  );
  const campaign = await startDemoCampaign(stack, {
    contactsCsv: await readFile(path.join(EXAMPLES, 'contacts.csv'), 'utf8'),
    plan,
    signal,
  });
  printStart(print, campaign);
  if (options.stay) {
    print(
      `API          ${stack.apiUrl} (OpenAPI at ${stack.apiUrl}/openapi.json)\n` +
        `Key          ${campaign.key}\n` +
        `Emulator     ${stack.emulatorUrl}/_emulator\n` +
        `Campaign     ${stack.apiUrl}/v1/campaigns/${campaign.campaignId}\n` +
        `Logs         ${stack.logDir}\n\nCtrl-C stops everything.\n\n`,
    );
  }
  let last = 0;
  const inTime = await waitForEnd(stack, campaign.campaignId, {
    timeoutMs: options.stay ? Number.POSITIVE_INFINITY : patienceMs(courseMs, options.rate),
    everyMs: 500,
    signal,
    onProgress(progress) {
      if (options.terminal) print(`\r${progressLine(progress)} `);
      else if (performance.now() - last > 5_000) {
        last = performance.now();
        print(`${progressLine(progress)}\n`);
      }
    },
  });
  print('\n');
  if (!inTime) {
    print('The campaign did not end in time.\n');
    printOpenWork(print, await readOpenWork(stack, campaign.campaignId));
  }
  const report = await readReport(stack, campaign.campaignId);
  printReport(print, report, campaign);
  print(`Took ${((performance.now() - begun) / 1_000).toFixed(0)} s.\n`);
  const people = report.ends.reduce((sum, end) => sum + end.people, 0);
  return inTime && people === campaign.enrolled && report.doubled === 0 && report.unaccounted === 0;
}

async function stayUp(print: Print, signal: AbortSignal): Promise<never> {
  print('\nThe stack stays up. Ctrl-C stops it.\n');
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

/** @returns whether everything stopped in order. */
async function stopStack(stack: Stack, print: Print): Promise<boolean> {
  try {
    const unclean = await stack.stop({ keepLogs: true });
    if (unclean.length > 0) print(`Not stopped cleanly: ${unclean.join(', ')}\n`);
    return unclean.length === 0;
  } catch (error) {
    print(`Not stopped cleanly: ${messageOf(error)}\n`);
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function readPlan(): Promise<unknown> {
  return JSON.parse(await readFile(path.join(EXAMPLES, 'plans/outreach.json'), 'utf8'));
}

/** In campaign milliseconds. A plan that is not valid is told by the API, and takes no time. */
function longestCourseMs(source: unknown): number {
  const parsed = parsePlan(source);
  const start = mondayMorning();
  return parsed.ok ? longestCourse(parsed.plan, start) - start : 0;
}

/** Monday, 07:00 UTC, of this week: working days lie ahead, whatever the day of the run. */
function mondayMorning(): number {
  const today = new Date();
  today.setUTCHours(7, 0, 0, 0);
  today.setUTCDate(today.getUTCDate() - ((today.getUTCDay() + 6) % 7));
  return today.getTime();
}
