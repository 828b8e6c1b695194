import { readOptions, USAGE, UsageError } from './send/options.ts';
import { runSendBench } from './send/run.ts';

const [what, ...args] = process.argv.slice(2);
const help = args.includes('--help');
try {
  if (help) console.log(USAGE);
  else if (what !== 'send') throw new UsageError(`unknown bench ${JSON.stringify(what ?? '')}`);
  else await runSendBench(readOptions(args), process.env, (text) => process.stdout.write(text));
} catch (error) {
  process.exitCode = 1;
  if (error instanceof UsageError) console.error(`${error.message}\n${USAGE}`);
  else console.error(error);
}
