import { readdir, readFile } from 'node:fs/promises';

/** Milliseconds of a clock tick: `USER_HZ` is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended and been waited for. */
  readonly reapedMs: number;
}

/** Reads a line of `/proc/<pid>/stat`; the name in it may hold anything, parentheses too. */
export function parseStat(line: string): ProcessStat {
  const afterName = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ticks = (field: number) => Number(afterName[field]) * TICK_MS;
  return {
    pid: Number.parseInt(line, 10),
    parent: Number(afterName[1]),
    ownMs: ticks(11) + ticks(12),
    reapedMs: ticks(13) + ticks(14),
  };
}

/**
 * CPU milliseconds, user and system, that a process has used so far with its children (one level),
 * living ones and those that have ended: all of PostgreSQL, by the id of its main process.
 */
export async function cpuOfFamily(pid: number): Promise<number> {
  const stats = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((name) =>
        readFile(`/proc/${name}/stat`, 'utf8').then(
          (line) => [parseStat(line)],
          // It has ended since its folder was listed.
          () => [],
        ),
      ),
  );
  let sum = 0;
  for (const stat of stats.flat()) {
    if (stat.pid === pid) sum += stat.ownMs + stat.reapedMs;
    else if (stat.parent === pid) sum += stat.ownMs;
  }
  return sum;
}

/**
 * CPU milliseconds of these processes alone: cheap enough to be read around something short, which
 * reading all of `/proc` is not.
 */
export async function cpuOfProcesses(pids: readonly number[]): Promise<number> {
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8')));
  return lines.reduce((sum, line) => sum + parseStat(line).ownMs, 0);
}

/** CPU milliseconds of each of these processes by name. */
export async function readCpu(
  processes: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const read = Object.entries(processes).map(
    async ([name, pid]) => [name, await cpuOfFamily(pid)] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

/** CPU milliseconds that each of these processes has used since they were read. */
export async function cpuSince(
  before: Readonly<Record<string, number>>,
  processes: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const after = await readCpu(processes);
  return Object.fromEntries(
    Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]),
  );
}

/** Resident memory of a process, MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  if (found === null) throw new Error(`process ${pid} tells no resident memory`);
  return Number(found[1]) / 1_024;
}
