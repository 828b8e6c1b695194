import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { COMPILE_CACHE, ROOT } from './paths.mjs';

/** The oldest Node whose features the sources use, and the oldest that can install it. */
const WANTED = 24;
const OLDEST_HOST = 20;

/** A mistake or a lack that the person at the terminal can mend: printed without a stack. */
export class SetupError extends Error {}

const major = () => Number(process.versions.node.split('.')[0]);

export function checkHostNode() {
  if (major() < OLDEST_HOST) {
    throw new SetupError(
      `Node ${process.version} is too old even to install Cadenza: use Node ${WANTED} ` +
        `(Node ${OLDEST_HOST} is enough where npm can bring a Node ${WANTED} along).`,
    );
  }
}

/**
 * The Node that runs the workspace: this process's when it is new enough, else the one that
 * `npm ci` put into node_modules (an optional dependency, for Linux and Windows).
 */
export function workspaceNode() {
  if (major() >= WANTED) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = join(ROOT, 'node_modules', `node-${platform}-${process.arch}`, 'bin', file);
  if (existsSync(packaged)) return packaged;
  throw new SetupError(
    `Cadenza runs on Node ${WANTED} or newer; this is ${process.version}, and npm has no packaged ` +
      `Node for ${process.platform}-${process.arch} in node_modules. Install Node ${WANTED}, or ` +
      'run `npm ci` without `--omit=optional` where such a package exists (Linux, Windows).',
  );
}

/** The environment of every child: its `node` is the workspace's, its tools are on the PATH. */
export function childEnvironment(node, extra = {}) {
  // Windows calls it "Path", and a copy of the environment is no longer case-insensitive.
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [dirname(node), join(ROOT, 'node_modules', '.bin'), process.env[name] ?? ''];
  return {
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...process.env,
    ...extra,
    [name]: path.join(delimiter),
  };
}
