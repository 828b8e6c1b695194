import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { RESULT_FILE, RESULTS, ROOT } from './paths.mjs';

const placeOf = ({ file, line }) => `at ${relative(ROOT, file)}:${line}`;

/** What an error says, without colours, for whoever reads only the end of the log. */
function said({ message, diff, stacks = [] }) {
  const parts = [message, diff, stacks[0] && placeOf(stacks[0])];
  return stripVTControlCharacters(parts.filter(Boolean).join('\n'));
}

/** A vitest reporter; the file it writes is an output of the `test` target, so a cache hit brings
 * it back. */
export class ResultFileReporter {
  #directory = join(RESULTS, relative(ROOT, process.cwd()));

  onTestRunStart() {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  onTestRunEnd(modules, unhandledErrors) {
    const result = {
      files: [],
      durations: [],
      passed: 0,
      failed: 0,
      skipped: [],
      errors: 0,
      failures: [],
    };
    const broken = (file, name, errors) =>
      result.failures.push({ file, name, errors: errors.map(said) });
    // Errors outside any test.
    const fell = (file, name, errors) => {
      if (errors.length === 0) return;
      result.errors += errors.length;
      broken(file, name, errors);
    };
    fell('', 'unhandled', unhandledErrors);
    for (const module of modules) {
      const file = relative(ROOT, module.moduleId);
      result.files.push(file);
      result.durations.push({ name: file, seconds: module.diagnostic().duration / 1000 });
      fell(file, 'the file', module.errors());
      for (const suite of module.children.allSuites()) fell(file, suite.fullName, suite.errors());
      for (const test of module.children.allTests()) {
        const { state, note, errors } = test.result();
        if (state === 'passed') result.passed += 1;
        else if (state === 'failed') {
          result.failed += 1;
          broken(file, test.fullName, errors);
        } else
          result.skipped.push({ file, name: test.fullName, reason: note ?? 'no reason given' });
      }
    }
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(join(this.#directory, RESULT_FILE), `${JSON.stringify(result, null, 2)}\n`);
  }
}
