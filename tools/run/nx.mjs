import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { childEnvironment } from './platform.mjs';
import { run } from './spawn.mjs';

const RUN_FILE = join(ROOT, '.nx', 'cache', 'run.json');

/** Runs nx without its daemon (nothing stays behind) and without the full-screen interface. */
export function nx(node, args, options = {}) {
  const env = childEnvironment(node, {
    NX_DAEMON: process.env.NX_DAEMON ?? 'false',
    NX_TUI: process.env.NX_TUI ?? 'false',
  });
  return run(node, [join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), ...args], {
    env,
    ...options,
  });
}

/** The tasks of the nx run that began after `since` (epoch ms): target, project, seconds, ok. */
export function lastTasks(since) {
  if (!existsSync(RUN_FILE)) return [];
  const {
    run: { startTime },
    tasks,
  } = JSON.parse(readFileSync(RUN_FILE, 'utf8'));
  if (Date.parse(startTime) < since) return [];
  return tasks.map((task) => ({
    target: task.target,
    project: task.projectName,
    seconds: (Date.parse(task.endTime) - Date.parse(task.startTime)) / 1000,
    cached: task.cacheStatus !== 'cache-miss',
    ok: task.status === 0,
  }));
}
