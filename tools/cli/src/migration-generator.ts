import type { Environment } from '@cadenza/config';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));
const NX = join(WORKSPACE, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');

export interface FileChange {
  readonly change: 'create' | 'update';
  /** Seen from the root of the workspace. */
  readonly file: string;
}

/**
 * Has the workspace's generator write the next migration: `@cadenza/generators:migration`.
 *
 * @throws Error with what the generator said.
 */
export async function writeMigration(
  name: string,
  { dryRun, env }: { readonly dryRun: boolean; readonly env: Environment },
): Promise<FileChange[]> {
  if (!existsSync(NX)) {
    throw new Error(`migrations are written in a checkout of Cadenza; ${WORKSPACE} is none`);
  }
  const args = [NX, 'generate', '@cadenza/generators:migration', `--name=${name}`];
  if (dryRun) args.push('--dry-run');
  const run = promisify(execFile)(process.execPath, [...args, '--no-interactive'], {
    cwd: WORKSPACE,
    env: { ...env, NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  const { stdout } = await run.catch((error: unknown) => {
    throw new Error(`no migration was written: ${saidBy(error)}`, { cause: error });
  });
  return [...stripVTControlCharacters(stdout).matchAll(/^(CREATE|UPDATE) (\S+)/gm)].map(
    ([, verb, file = '']) => ({ change: verb === 'CREATE' ? 'create' : 'update', file }),
  );
}

/** The generator's own line, out of what nx prints around it. */
function saidBy(error: unknown): string {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
  const lines = stripVTControlCharacters(`${stderr}\n${stdout}`)
    .split('\n')
    .map((line) => line.replace(/^[\s>]*NX\b/, '').trim())
    .filter((line) => line !== '' && !/^(Generating|Pass --verbose) /.test(line));
  return lines.slice(0, 3).join(' ') || String(error);
}
