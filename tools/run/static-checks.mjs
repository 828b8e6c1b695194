import { join } from 'node:path';
import { nx } from './nx.mjs';
import { ROOT } from './paths.mjs';
import { childEnvironment } from './platform.mjs';
import { run } from './spawn.mjs';

const CHECKS = [
  ['lint', ['node_modules/eslint/bin/eslint.js', '.']],
  ['typecheck', ['node_modules/typescript/bin/tsc', '--build']],
];

/**
 * Lint and type check of the whole workspace, one process for each: project by project, each would
 * read anew the types of all that it imports, which takes three times as long.
 */
export async function checkEverything(node) {
  // The rule for boundaries reads the graph of projects, and makes none by itself.
  await nx(node, ['show', 'projects'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return Promise.all(
    CHECKS.map(async ([target, [program, ...args]]) => {
      const since = Date.now();
      const code = await run(node, [join(ROOT, program), ...args], { env: childEnvironment(node) });
      const seconds = (Date.now() - since) / 1000;
      return { target, project: 'everything', seconds, cached: false, ok: code === 0 };
    }),
  );
}
