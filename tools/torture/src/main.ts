import { parseOptions, USAGE, UsageError } from './options.ts';
import { findings, printed } from './report.ts';
import { torture } from './torture.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);
const sayWhen = (text: string) =>
  say(`${(performance.now() / 1_000).toFixed(0).padStart(5)} s  ${text}`);

try {
  const report = await torture(parseOptions(process.argv.slice(2)), process.env, sayWhen);
  say(printed(report));
  process.exit(findings(report).length === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n${USAGE}\n`);
    process.exit(2);
  }
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}
