import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = resolve(import.meta.dirname, '../../..');

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly nx: { readonly tags: readonly string[] };
}

export interface Project {
  /** Relative to the workspace, such as `libs/plan`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The projects in `libs`, `apps` or `tools`. */
export function projects(group: 'libs' | 'apps' | 'tools'): Project[] {
  return readdirSync(join(ROOT, group))
    .map((name) => `${group}/${name}`)
    .filter((folder) => existsSync(join(ROOT, folder, 'package.json')))
    .map((folder) => {
      const text = readFileSync(join(ROOT, folder, 'package.json'), 'utf8');
      return { folder, manifest: JSON.parse(text) as Manifest };
    });
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const exec = promisify(execFile);

/** Runs a program to its end; a non-zero exit is an outcome, not an error. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  try {
    const { stdout, stderr } = await exec(command, args, { ...options, maxBuffer: 2 ** 26 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
  }
}

/** The same, and the output when it must succeed. */
export async function succeed(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  }
  return stdout;
}
