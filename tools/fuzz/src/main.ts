import { apiFindings, apiPrinted } from './api/report.ts';
import { fuzzApi } from './api/run.ts';
import { parseOptions, USAGE, UsageError } from './options.ts';
import { findings, printed } from './webhooks/report.ts';
import { fuzzWebhooks } from './webhooks/run.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

try {
  const { target, ...options } = parseOptions(process.argv.slice(2));
  const { DATABASE_OWNER_URL: adminUrl = null } = process.env;
  const surroundings = { adminUrl, hostEnv: process.env, say };
  process.exit((await found()).length === 0 ? 0 : 1);

  async function found(): Promise<string[]> {
    if (target === 'webhooks') {
      const report = await fuzzWebhooks(options, surroundings);
      say(printed(report));
      return findings(report);
    }
    const report = await fuzzApi(options, surroundings);
    say(apiPrinted(report));
    return apiFindings(report);
  }
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
