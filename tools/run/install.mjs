import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { SetupError } from './platform.mjs';
import { run } from './spawn.mjs';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * Why node_modules is not what package-lock.json asks for, or undefined when it is. npm writes
 * what it installed to node_modules/.package-lock.json as its last step.
 */
export function installNeeded(root = ROOT) {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'nothing is installed yet';
  const installed = readJson(installedFile).packages;
  const wanted = readJson(join(root, 'package-lock.json')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue;
    const found = installed[path];
    if (!found && (entry.optional || entry.devOptional || entry.peer)) continue;
    if (!found) return `${path} is missing`;
    if (found.version !== entry.version) {
      return `${path} is ${found.version}, package-lock.json has ${entry.version}`;
    }
  }
  return undefined;
}

/** Installs what package-lock.json lists, unless it is there already. */
export async function ensureInstalled() {
  const reason = installNeeded();
  if (reason === undefined) return;
  console.log(`cadenza: installing dependencies with npm ci (${reason})`);
  const npm = process.env.npm_execpath;
  const code = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, 'ci'])
    : await run('npm', ['ci'], { shell: process.platform === 'win32' });
  if (code !== 0) throw new SetupError(`npm ci failed with exit code ${code}`);
}
