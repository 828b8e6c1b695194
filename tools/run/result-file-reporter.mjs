import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { RESULT_FILE, RESULTS, ROOT } from './paths.mjs';

/** A vitest reporter; the file it writes is an output of the `test` target, so a cache hit brings
 * it back. */
export class ResultFileReporter {
  #directory = join(RESULTS, relative(ROOT, process.cwd()));

  onTestRunStart() {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  onTestRunEnd(modules, unhandledErrors) {
    const result = { files: [], passed: 0, failed: 0, skipped: [], errors: unhandledErrors.length };
    for (const module of modules) {
      const file = relative(ROOT, module.moduleId);
      result.files.push(file);
      result.errors += module.errors().length;
      for (const suite of module.children.allSuites()) result.errors += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') result.passed += 1;
        else if (state === 'failed') result.failed += 1;
        else result.skipped.push({ file, name: test.fullName, reason: note ?? 'no reason given' });
      }
    }
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(join(this.#directory, RESULT_FILE), `${JSON.stringify(result, null, 2)}\n`);
  }
}
