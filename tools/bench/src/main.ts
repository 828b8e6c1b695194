import { readOptions, USAGE, UsageError } from './send/options.ts';
import { runSendBench } from './send/run.ts';

const [what, ...args] = process.argv.slice(2);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupted.abort());
const help = args.includes('--help');
try {
  if (help) console.log(USAGE);
  else if (what !== 'send') throw new UsageError(`unknown bench ${JSON.stringify(what ?? '')}`);
  else {
    const print = (text: string) => void process.stdout.write(text);
    await runSendBench(readOptions(args), process.env, print, interrupted.signal);
  }
} catch (error) {
  process.exitCode = 1;
  if (interrupted.signal.aborted) console.error('interrupted');
  else if (error instanceof UsageError) console.error(`${error.message}\n${USAGE}`);
  else console.error(error);
}
// A side that was cut off may wait for an answer that no longer comes.
process.exit();
