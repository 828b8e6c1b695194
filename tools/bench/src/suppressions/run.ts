import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { readCpu } from '../measure/cpu.ts';
import { median } from '../measure/figures.ts';
import { openPipeline, type Pipeline } from '../send/pipeline.ts';
import { PLAN } from '../send/template.ts';
import { withServers } from '../send/with-servers.ts';
import { table } from '../table.ts';
import { openGate, type GateScans } from './gate.ts';
import { importRows, insertBareRows, keyOf, type ImportReading } from './import.ts';
import type { SuppressionsBenchOptions } from './options.ts';

export interface SuppressionsReading {
  readonly imported: ImportReading;
  /** Milliseconds of a statement that begins hand-offs, pair by pair. */
  readonly gate: {
    readonly few: readonly number[];
    readonly many: readonly number[];
    /** Median of the pairs' ratios. */
    readonly ratio: number;
    readonly scans: GateScans;
  };
}

/**
 * Runs the bench and prints what it found.
 *
 * @param interrupted ends it early, and everything that it has started.
 */
export async function runSuppressionsBench(
  options: SuppressionsBenchOptions,
  hostEnv: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<void> {
  await withServers({ hostEnv, print, interrupted }, async (servers, logDir) => {
    const open = () =>
      openPipeline({
        servers,
        onRedis: true,
        concurrency: 200,
        tenants: 1,
        logDir,
        hostEnv,
        // No webhook comes; the api does not start without a key for them.
        env: { SENDGRID_WEBHOOK_PUBLIC_KEY: anyPublicKey() },
        nodeOptions: [],
        plan: PLAN,
      });
    const many = await open();
    const few = await open();
    return {
      measure: () => measure(options, servers.postgres.pid, { few, many }, print),
      close: async () => {
        await few.stop();
        await many.stop();
      },
    };
  });
}

async function measure(
  options: SuppressionsBenchOptions,
  postgres: number,
  { few, many }: { readonly few: Pipeline; readonly many: Pipeline },
  print: (text: string) => void,
): Promise<void> {
  await importInto(few, postgres, options.few);
  const imported = await importInto(many, postgres, options.rows);
  const before = await readCpu({ postgres });
  const bareSeconds = await insertBareRows(many.database.ownerUrl);
  const bareCpuSeconds = secondsSince(before, await readCpu({ postgres }))['postgres'] ?? 0;
  print(
    `${table(
      ['', 'seconds', 'rows/s', 'of bare', 'CPU s api', 'postgres', 'MiB of the api'],
      [
        [
          `import of ${imported.rows} rows`,
          imported.seconds.toFixed(1),
          (imported.rows / imported.seconds).toFixed(0),
          `${(imported.seconds / bareSeconds).toFixed(2)} ×`,
          (imported.cpuSeconds['api'] ?? 0).toFixed(1),
          (imported.cpuSeconds['postgres'] ?? 0).toFixed(1),
          imported.peakMiB.toFixed(0),
        ],
        [
          'the same rows, bare',
          bareSeconds.toFixed(1),
          (imported.rows / bareSeconds).toFixed(0),
          '',
          '',
          bareCpuSeconds.toFixed(1),
        ],
      ],
    )}\n\n`,
  );
  const gate = await compareGates(options, few, many);
  print(
    `${table(
      [`${options.batch} hand-offs begun`, 'ms', 'ratio', 'look-ups by key', 'walks'],
      [
        [`${options.few} suppressions`, median(gate.few).toFixed(2)],
        [
          `${options.rows} suppressions`,
          median(gate.many).toFixed(2),
          gate.ratio.toFixed(3),
          String(gate.scans.byKey),
          String(gate.scans.whole),
        ],
      ],
    )}\n`,
  );
  if (options.json !== null) {
    const reading: SuppressionsReading = {
      imported: { ...imported, bareSeconds, bareCpuSeconds },
      gate,
    };
    await writeFile(options.json, `${JSON.stringify({ options, ...reading }, null, 2)}\n`);
  }
}

function anyPublicKey(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

async function importInto(
  pipeline: Pipeline,
  postgres: number,
  rows: number,
): Promise<Omit<ImportReading, 'bareSeconds' | 'bareCpuSeconds'>> {
  const apps = await pipeline.start(['api']);
  try {
    const { key } = await keyOf(pipeline);
    await sql`CHECKPOINT`.execute(pipeline.db);
    const processes = { api: apps.pid('api'), postgres };
    const before = await readCpu(processes);
    const seconds = await importRows(apps.apiUrl, key, rows);
    const cpuSeconds = secondsSince(before, await readCpu(processes));
    return { rows, seconds, cpuSeconds, peakMiB: peakOf(processes.api) };
  } finally {
    await apps.stop();
  }
}

function secondsSince(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, ms]) => [name, (ms - (before[name] ?? 0)) / 1_000]),
  );
}

/** Most memory that a process has had at once, mebibytes. */
function peakOf(pid: number): number {
  const [, kilobytes = '0'] =
    /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}

/** Both in turns, so that whatever else the computer does meets both. */
async function compareGates(
  options: SuppressionsBenchOptions,
  few: Pipeline,
  many: Pipeline,
): Promise<SuppressionsReading['gate']> {
  const gates = [await openGate(few, options.batch), await openGate(many, options.batch)] as const;
  const readings: [few: number, many: number][] = [];
  try {
    // The first runs prepare the statement and read the index.
    for (let warm = 0; warm < 10; warm += 1) for (const gate of gates) await gate.run();
    for (let round = 0; round < options.rounds; round += 1) {
      readings.push([await gates[0].run(), await gates[1].run()]);
    }
    return {
      few: readings.map(([ms]) => ms),
      many: readings.map(([, ms]) => ms),
      ratio: median(readings.map(([a, b]) => b / a)),
      scans: await gates[1].scans(),
    };
  } finally {
    for (const gate of gates) await gate.close();
  }
}
