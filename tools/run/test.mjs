import { clearResults, collectResults } from './results.mjs';
import { scanLogs } from './scan-logs.mjs';
import { lastTasks, nx } from './nx.mjs';
import { ensureChromium } from './chromium.mjs';
import { RESULTS } from './paths.mjs';
import { ensureRedis } from './redis.mjs';
import { SetupError } from './platform.mjs';
import { checkEverything } from './static-checks.mjs';

/**
 * What runs beside each other, one project at a time in each: whole campaigns, which wait for most of
 * their time; what runs whole stacks and measures, tortures or feeds them; and all the others, which
 * compute. By nx's own order the first two would come last, and leave processors idle.
 */
const LANES = [['e2e'], ['bench', 'demo', 'fuzz', 'torture']].map((names) =>
  names.map((name) => `@cadenza/${name}`),
);
const SLOW_SECONDS = 10;
const LINES_OF_A_FAILURE = 12;
const LEAKS_SHOWN = 20;

const USAGE = `npm test [-- options]
  --affected        only what differs from the main branch
  --allow-left-out  succeed though suites were left out (say, for want of Redis)`;

function parse(args) {
  const unknown = args.filter((arg) => !['--affected', '--allow-left-out'].includes(arg));
  if (unknown.length > 0) throw new SetupError(`unknown option ${unknown[0]}\n${USAGE}`);
  return { affected: args.includes('--affected'), lenient: args.includes('--allow-left-out') };
}

const countBy = (items, of) => items.reduce((sum, item) => sum + of(item), 0);

function printSlow(title, items) {
  const slow = items
    .filter(({ seconds }) => seconds >= SLOW_SECONDS)
    .sort((a, b) => b.seconds - a.seconds);
  if (slow.length > 0) console.log(`\n${title} of ${SLOW_SECONDS} s and more:`);
  for (const { seconds, name } of slow) {
    console.log(`  ${seconds.toFixed(0).padStart(4)} s  ${name}`);
  }
}

function printTasks(tasks) {
  printSlow(
    'Steps',
    tasks
      .filter(({ cached }) => !cached)
      .map(({ seconds, target, project }) => ({ seconds, name: `${target} ${project}` })),
  );
  const failed = tasks.filter((task) => !task.ok);
  if (failed.length > 0) console.log('\nFailed steps:');
  for (const task of failed) console.log(`  ${task.target} ${task.project}`);
}

/** Once more at the end: in a log of thousands of lines nobody finds them where they happened. */
function printFailures(failures) {
  if (failures.length > 0) console.log('\nFailed tests:');
  for (const { file, name, errors } of failures) {
    console.log(`  ${file} > ${name}`);
    for (const error of errors) {
      for (const line of error.split('\n').slice(0, LINES_OF_A_FAILURE)) console.log(`    ${line}`);
    }
  }
}

function printResults({ rows, durations, leftOut, elsewhere, failures }) {
  printSlow('Test files', durations);
  console.log('\nTests:');
  for (const { folder, passed, failed } of rows) {
    console.log(`  ${folder.padEnd(26)} ${passed} passed${failed > 0 ? `, ${failed} FAILED` : ''}`);
  }
  if (elsewhere.length > 0) console.log('\nNot for this machine:');
  for (const line of elsewhere) console.log(`  ${line}`);
  if (leftOut.length > 0) console.log(`\nLeft out (${leftOut.length}):`);
  for (const line of leftOut) console.log(`  ${line}`);
  printFailures(failures);
}

function printLogs({ lines, files, leaks }) {
  const found = leaks.length === 0 ? 'no address, key or body in them' : `${leaks.length} LEAKS`;
  console.log(`\nLogs: ${lines} lines of ${files} files scanned, ${found}`);
  for (const { kind, at, line } of leaks.slice(0, LEAKS_SHOWN)) {
    console.log(`  ${kind} at .cadenza/test-results/${at}\n    ${line.slice(0, 500)}`);
  }
}

/** What nx did, read at its end: its next run, or one beside it, writes to the same place. */
async function runTasks(node, args) {
  const since = Date.now();
  const code = await nx(node, [...args, '--outputStyle=static']);
  return { code, tasks: lastTasks(since) };
}

/**
 * Lint, type check and tests of every project. The last line counts tests; a lint or type-check
 * step that failed, everything left out and every line of a log that says too much count as failed
 * too, so that "0 failed" means all is well.
 */
export async function test(node, args) {
  const { affected, lenient } = parse(args);
  await ensureRedis();
  await ensureChromium();
  clearResults();
  const checks = affected ? [] : await checkEverything(node);
  const runs = affected
    ? [runTasks(node, ['affected', '-t', 'lint', 'typecheck', 'test', '--parallel=2'])]
    : [...LANES.map((names) => `--projects=${names}`), `--exclude=${LANES.flat()}`].map((which) =>
        runTasks(node, ['run-many', '-t', 'test', which, '--parallel=1']),
      );
  const ended = await Promise.all(runs);
  const tasksCode = Math.max(...ended.map((one) => one.code));
  const code = tasksCode !== 0 || checks.every(({ ok }) => ok) ? tasksCode : 1;
  const tasks = [...checks, ...ended.flatMap((one) => one.tasks)];
  const tested = tasks.filter((task) => task.target === 'test');
  const results = collectResults({
    ...(affected ? { names: tested.map((task) => task.project) } : {}),
  });

  printTasks(tasks);
  printResults(results);
  const logs = scanLogs(RESULTS);
  printLogs(logs);
  // Where everything ran and nothing was logged, nothing was collected.
  const unsaid = affected || logs.lines > 0 ? logs.leaks.length : 1;
  const { rows, leftOut } = results;
  const brokenSteps = tasks.filter((task) => !task.ok && task.target !== 'test').length;
  const counted =
    countBy(rows, (row) => row.failed) + brokenSteps + unsaid + (lenient ? 0 : leftOut.length);
  const failed = code === 0 ? counted : Math.max(counted, 1);
  console.log(`\n${countBy(rows, (row) => row.passed)} passed, ${failed} failed`);
  return code !== 0 ? code : failed > 0 ? 1 : 0;
}
