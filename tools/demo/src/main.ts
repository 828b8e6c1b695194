import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startStack } from '@cadenza/stack';
import { startDemoCampaign } from './campaign.ts';
import { printReport, printStart, progressLine } from './print.ts';
import { waitForEnd } from './progress.ts';
import { readReport } from './report.ts';

const EXAMPLES = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../examples');
/** Three weeks pass in about two minutes. */
const RATE = 12_000;
const TIMEOUT_MS = 170_000;

const { values: given } = parseArgs({
  options: {
    stay: { type: 'boolean', default: false },
    seed: { type: 'string', default: 'cadenza' },
    rate: { type: 'string', default: String(RATE) },
  },
});
const print = (text: string) => process.stdout.write(text);
const env = process.env;

const begun = performance.now();
print('Starting PostgreSQL, the SendGrid emulator, api, send-worker and event-worker …\n');
const stack = await startStack({
  adminUrl: env['DATABASE_OWNER_URL'] ?? env['DATABASE_URL'] ?? null,
  redisUrl: env['REDIS_URL'] ?? null,
  rate: Number(given.rate),
  campaignStart: mondayMorning(),
  seed: given.seed,
  hostEnv: env,
  ...(given.stay && env['PORT'] !== undefined ? { apiPort: Number(env['PORT']) } : {}),
});
let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  const unclean = await stack.stop({ keepLogs: code !== 0 });
  if (unclean.length > 0) print(`Not stopped cleanly: ${unclean.join(', ')}\n`);
  process.exit(unclean.length > 0 ? 1 : code);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(1));

try {
  print(
    `Database ${stack.databaseDescription}; queue and limits on ${env['REDIS_URL'] === undefined ? 'PostgreSQL' : 'Redis'}; ` +
      `one day passes in ${(86_400 / Number(given.rate)).toFixed(1)} s.\n\n`,
  );
  const campaign = await startDemoCampaign(stack, {
    contactsCsv: await readFile(path.join(EXAMPLES, 'contacts.csv')),
    plan: JSON.parse(await readFile(path.join(EXAMPLES, 'plans/outreach.json'), 'utf8')) as unknown,
  });
  printStart(print, campaign);
  if (given.stay) {
    print(
      `API          ${stack.apiUrl} (OpenAPI at ${stack.apiUrl}/openapi.json)\n` +
        `Key          ${campaign.key}\n` +
        `Emulator     ${stack.emulatorUrl}/_emulator\n` +
        `Campaign     ${stack.apiUrl}/v1/campaigns/${campaign.campaignId}\n` +
        `Logs         ${stack.logDir}\n\nCtrl-C stops everything.\n\n`,
    );
  }
  const terminal = process.stdout.isTTY;
  let last = 0;
  const inTime = await waitForEnd(stack, campaign.campaignId, {
    timeoutMs: given.stay ? Number.POSITIVE_INFINITY : TIMEOUT_MS,
    everyMs: 500,
    onProgress(progress) {
      if (terminal) print(`\r${progressLine(progress)} `);
      else if (performance.now() - last > 5_000) {
        last = performance.now();
        print(`${progressLine(progress)}\n`);
      }
    },
  });
  print(inTime ? '\n' : '\nThe campaign did not end in time.\n');
  const report = await readReport(stack, campaign.campaignId);
  printReport(print, report, campaign);
  print(`Took ${((performance.now() - begun) / 1_000).toFixed(0)} s.\n`);
  const good = inTime && report.doubled === 0 && report.unaccounted === 0;
  if (!given.stay) await stop(good ? 0 : 1);
  else print('\nThe stack stays up. Ctrl-C stops it.\n');
} catch (error) {
  print(
    `${error instanceof Error ? error.message : String(error)}\nThe programs' logs are in ${stack.logDir}\n`,
  );
  await stop(1);
}

/** Monday, 07:00 UTC, of this week: working days lie ahead, whatever the day of the run. */
function mondayMorning(): number {
  const today = new Date();
  today.setUTCHours(7, 0, 0, 0);
  today.setUTCDate(today.getUTCDate() - ((today.getUTCDay() + 6) % 7));
  return today.getTime();
}
