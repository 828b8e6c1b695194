#!/usr/bin/env node
// One door to the workspace: installs what is missing, then does what was asked on Node 24,
// whatever the Node that started it. Uses nothing newer than Node 20, and no dependency.
import { join } from 'node:path';
import { ensureInstalled } from './run/install.mjs';
import { nx } from './run/nx.mjs';
import { ROOT } from './run/paths.mjs';
import { checkHostNode, childEnvironment, SetupError, workspaceNode } from './run/platform.mjs';
import { run } from './run/spawn.mjs';
import { audit, sbom } from './run/supply-chain.mjs';
import { test } from './run/test.mjs';

const USAGE = `node tools/run.mjs <command>
  demo     run a whole campaign on this machine and report
  start    the same, and stay up
  test     lint, type check and test everything
  torture  run campaigns under a seeded storm of faults, and account for every message
  fuzz     feed a running API bodies that nobody should send, and account for every one
  audit    ask the registry for vulnerabilities of what runs in production
  sbom     write dist/sbom.cdx.json, the list of what runs in production
  build    build every library and dist/apps/<app>
  bench    measure, with its own arguments
  cadenza  the cadenza command line, with its own arguments`;

const source =
  (entry, ...nodeOptions) =>
  (node, args) =>
    run(node, ['--conditions=@cadenza/source', ...nodeOptions, join(ROOT, entry), ...args], {
      cwd: process.cwd(),
      env: childEnvironment(node),
    });

const COMMANDS = {
  demo: source('tools/demo/src/main.ts'),
  start: (node, args) => source('tools/demo/src/main.ts')(node, ['--stay', ...args]),
  test,
  torture: source('tools/torture/src/main.ts'),
  fuzz: source('tools/fuzz/src/main.ts'),
  build: (node, args) => nx(node, ['run-many', '-t', 'build', 'prune', '--parallel=2', ...args]),
  // As the images start Node: what the bench runs in its own process is measured as shipped, too.
  bench: source('tools/bench/src/main.ts', '--max-semi-space-size=64'),
  audit,
  sbom,
  cadenza: source('tools/cli/src/main.ts'),
};

async function main([command, ...args]) {
  if (!Object.hasOwn(COMMANDS, command ?? '')) {
    throw new SetupError(`unknown command ${JSON.stringify(command ?? '')}\n${USAGE}`);
  }
  checkHostNode();
  await ensureInstalled();
  return COMMANDS[command](workspaceNode(), args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`cadenza: ${error.message}`);
  process.exitCode = 1;
}
