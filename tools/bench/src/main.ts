import { API_USAGE, readApiOptions } from './api/options.ts';
import { runApiBench } from './api/run.ts';
import { BACKLOG_USAGE, readBacklogOptions } from './backlog/options.ts';
import { runBacklogBench } from './backlog/run.ts';
import { UsageError } from './command-line.ts';
import { EVENTS_USAGE, readEventsOptions } from './events/options.ts';
import { runEventsBench } from './events/run.ts';
import { readOptions, USAGE } from './send/options.ts';
import { runSendBench } from './send/run.ts';
import { readSuppressionsOptions, SUPPRESSIONS_USAGE } from './suppressions/options.ts';
import { runSuppressionsBench } from './suppressions/run.ts';
import { readTimeoutsOptions, TIMEOUTS_USAGE } from './timeouts/options.ts';
import { runTimeoutsBench } from './timeouts/run.ts';

const [what, ...args] = process.argv.slice(2);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupted.abort());
const print = (text: string) => void process.stdout.write(text);
const { env } = process;
const BENCHES: Readonly<Record<string, { usage: string; run(): Promise<boolean> }>> = {
  send: {
    usage: USAGE,
    async run() {
      await runSendBench(readOptions(args), env, print, interrupted.signal);
      return true;
    },
  },
  backlog: {
    usage: BACKLOG_USAGE,
    async run() {
      const options = readBacklogOptions(args);
      const verdicts = await runBacklogBench(options, env, print, interrupted.signal);
      return verdicts.every(({ holds }) => holds);
    },
  },
  events: {
    usage: EVENTS_USAGE,
    async run() {
      await runEventsBench(readEventsOptions(args), env, print, interrupted.signal);
      return true;
    },
  },
  timeouts: {
    usage: TIMEOUTS_USAGE,
    async run() {
      await runTimeoutsBench(readTimeoutsOptions(args), env, print, interrupted.signal);
      return true;
    },
  },
  suppressions: {
    usage: SUPPRESSIONS_USAGE,
    async run() {
      await runSuppressionsBench(readSuppressionsOptions(args), env, print, interrupted.signal);
      return true;
    },
  },
  api: {
    usage: API_USAGE,
    async run() {
      const verdicts = await runApiBench(readApiOptions(args), env, print, interrupted.signal);
      return verdicts.every(({ holds }) => holds);
    },
  },
};
const bench = Object.hasOwn(BENCHES, what ?? '') ? BENCHES[what ?? ''] : undefined;
const usage =
  bench?.usage ??
  Object.values(BENCHES)
    .map((one) => one.usage)
    .join('\n');
try {
  if (args.includes('--help') || what === '--help') console.log(usage);
  else if (bench === undefined) throw new UsageError(`unknown bench ${JSON.stringify(what ?? '')}`);
  else if (!(await bench.run())) process.exitCode = 1;
} catch (error) {
  process.exitCode = 1;
  if (interrupted.signal.aborted) console.error('interrupted');
  else if (error instanceof UsageError) console.error(`${error.message}\n${usage}`);
  else console.error(error);
}
// A side that was cut off may wait for an answer that no longer comes.
process.exit();
