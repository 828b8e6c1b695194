import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RESULT_FILE, RESULTS, ROOT } from './paths.mjs';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The projects that have a `test` script: folder (such as `libs/plan`) and package name. */
function testedProjects(root) {
  return ['libs', 'apps', 'tools'].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => ({
        folder: `${group}/${name}`,
        file: join(root, group, name, 'package.json'),
      }))
      .filter(({ file }) => existsSync(file))
      .map(({ folder, file }) => ({ folder, manifest: readJson(file) }))
      .filter(({ manifest }) => manifest.scripts?.test !== undefined)
      .map(({ folder, manifest }) => ({ folder, name: manifest.name })),
  );
}

function testFiles(root, folder) {
  return ['src', 'test'].flatMap((name) => {
    const directory = join(root, folder, name);
    if (!existsSync(directory)) return [];
    return readdirSync(directory, { recursive: true })
      .map((path) => `${folder}/${name}/${path.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.test.ts'));
  });
}

export function clearResults() {
  rmSync(RESULTS, { recursive: true, force: true });
}

/**
 * What the test runs of the named projects (default: all) wrote down. `leftOut` has a line for
 * everything that should have run and did not: a project without results, a file that no run
 * reported, a skipped test. A test that skipped itself with a reason such as "only as root" is not
 * for this machine: `elsewhere` has it. `failures` has each failed test with what it said, `durations` the
 * seconds of each file.
 */
export function collectResults({ root = ROOT, results = RESULTS, names } = {}) {
  const rows = [];
  const durations = [];
  const leftOut = [];
  const elsewhere = [];
  const failures = [];
  for (const { folder, name: project } of testedProjects(root)) {
    if (names && !names.includes(project)) continue;
    const file = join(results, folder, RESULT_FILE);
    if (!existsSync(file)) {
      leftOut.push(`${folder}: reported no results`);
      continue;
    }
    const result = readJson(file);
    // A run that breaks outside any test is a failure, though no test says so.
    rows.push({ folder, passed: result.passed, failed: result.failed + result.errors });
    if (result.passed + result.failed === 0) leftOut.push(`${folder}: no test ran`);
    failures.push(...result.failures);
    durations.push(...result.durations);
    for (const path of testFiles(root, folder)) {
      if (!result.files.includes(path)) leftOut.push(`${path}: did not run`);
    }
    for (const { file: path, name, reason } of result.skipped) {
      const list = reason.startsWith('only ') ? elsewhere : leftOut;
      list.push(`${path} > ${name}: skipped, ${reason}`);
    }
  }
  return { rows, durations, leftOut, elsewhere, failures };
}
