import { parseOptions, USAGE, UsageError } from './options.ts';
import { findings, printed } from './webhooks/report.ts';
import { fuzzWebhooks } from './webhooks/run.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

try {
  const options = parseOptions(process.argv.slice(2));
  const { DATABASE_OWNER_URL: adminUrl = null } = process.env;
  const report = await fuzzWebhooks(options, { adminUrl, hostEnv: process.env, say });
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
