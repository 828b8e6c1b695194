import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { setClock, type Database } from '@cadenza/database';
import { sql } from 'kysely';
import { connect } from '../client.ts';
import { insertBare } from '../events/bare.ts';
import { sendFirstMails } from '../events/fixture.ts';
import { openEventsPipeline } from '../events/open-pipeline.ts';
import { means, medians } from '../measure/figures.ts';
import { cpuSince, readCpu } from '../measure/cpu.ts';
import {
  costLines,
  createStatementMeter,
  type StatementCost,
  type StatementMeter,
} from '../measure/statements.ts';
import type { Pipeline } from '../send/pipeline.ts';
import type { Servers } from '../send/servers.ts';
import { withServers } from '../send/with-servers.ts';
import { table } from '../table.ts';
import type { TimeoutsBenchOptions } from './options.ts';

interface TimeoutsReading {
  /** Silences written between the first moment and the last, those of the first moment left out. */
  readonly fired: number;
  readonly seconds: number;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly statements: number;
  readonly costs: readonly StatementCost[];
  readonly bare: { readonly rows: number; readonly seconds: number };
}

/** Past the three days of the plan's silence, and its grace. */
const JUMP_MS = (3 * 24 * 60 + 5) * 60_000;

/**
 * Runs the bench and prints what it found.
 *
 * @param interrupted ends it early, and everything that it has started.
 */
export async function runTimeoutsBench(
  options: TimeoutsBenchOptions,
  hostEnv: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<void> {
  await withServers({ hostEnv, print, interrupted }, async (servers, logDir) => {
    const pipeline = await openEventsPipeline({
      servers,
      onRedis: options.onRedis,
      tenants: options.tenants,
      logDir,
      hostEnv,
      env: {},
      nodeOptions: [],
    });
    return {
      measure: () => measure(options, servers, pipeline, print),
      close: () => pipeline.stop(),
    };
  });
}

async function measure(
  options: TimeoutsBenchOptions,
  servers: Servers,
  pipeline: Pipeline,
  print: (text: string) => void,
): Promise<void> {
  const client = await connect(pipeline.database.ownerUrl);
  try {
    const role = new URL(pipeline.database.workerUrl).username;
    const meter = await createStatementMeter(client, [role]);
    const rounds: TimeoutsReading[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      const reading = await runRound(options, servers, pipeline, meter);
      rounds.push(reading);
      print(`round ${round}  ${(reading.fired / reading.seconds).toFixed(0)} time-outs/s\n`);
    }
    print(`\n${report(rounds, options.statements)}\n`);
    if (options.json !== null) {
      await writeFile(options.json, `${JSON.stringify({ options, rounds }, null, 2)}\n`);
    }
  } finally {
    await client.end();
  }
}

async function runRound(
  options: TimeoutsBenchOptions,
  servers: Servers,
  pipeline: Pipeline,
  meter: StatementMeter,
): Promise<TimeoutsReading> {
  const { db } = pipeline;
  await sendFirstMails(pipeline, servers, options.timers);
  await jump(db);
  await sql`VACUUM (ANALYZE)`.execute(db);
  await sql`CHECKPOINT`.execute(db);
  await meter.reset();
  const apps = await pipeline.start(['event-worker']);
  try {
    const processes = {
      'event-worker': apps.pid('event-worker'),
      postgres: servers.postgres.pid,
      ...(options.onRedis ? { redis: servers.redis.pid } : {}),
    };
    const before = await readCpu(processes);
    await allFired(db);
    const cpuMs = await cpuSince(before, processes);
    const { counts, costs } = await meter.read();
    const { rows } = await sql<{ fired: number; seconds: number }>`
      WITH silence AS (SELECT created_at AS at FROM message_events WHERE synthetic),
      edges AS (SELECT min(at) AS first, max(at) AS last FROM silence)
      SELECT count(*) FILTER (WHERE at > first)::integer AS fired,
        extract(epoch FROM max(last - first))::float8 AS seconds
      FROM silence CROSS JOIN edges`.execute(db);
    const [{ fired, seconds } = { fired: 0, seconds: 1 }] = rows;
    return {
      fired,
      seconds,
      cpuMs,
      statements: counts.data,
      costs,
      bare: await insertBare(pipeline.database.ownerUrl),
    };
  } finally {
    await apps.stop();
    await sql`TRUNCATE message_events`.execute(db);
  }
}

/** Moves the campaign clock on, past the silences. No app may run meanwhile. */
async function jump(db: Database): Promise<void> {
  const { rows } = await sql<{ now: number }>`SELECT epoch_ms(campaign_now()) AS now`.execute(db);
  await setClock(db, { campaignNow: (rows[0]?.now ?? 0) + JUMP_MS, rate: 1 });
}

const POLL_MS = 50;
/** The timers are not through by then: something is wrong. */
const PATIENCE_MS = 300_000;

async function allFired(db: Database): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await sql<{ open: boolean }>`
      SELECT EXISTS (
          SELECT FROM scheduled_actions
          WHERE type = 'timeout' AND status = 'pending' AND run_at <= campaign_now())
        OR EXISTS (
          SELECT FROM scheduled_actions WHERE type = 'timeout' AND status = 'dispatched') AS open`.execute(
      db,
    );
    if (rows[0]?.open === false) return;
    if (performance.now() > until) throw new Error('the timers do not come to their end');
    await delay(POLL_MS);
  }
}

function report(rounds: readonly TimeoutsReading[], statements: number): string {
  const perTimer = means(
    rounds.map(({ cpuMs, fired }) =>
      Object.fromEntries(Object.entries(cpuMs).map(([name, ms]) => [name, ms / fired])),
    ),
  );
  const figures = medians(
    rounds.map((one) => ({
      perSecond: one.fired / one.seconds,
      bare: one.bare.rows / one.bare.seconds,
      statements: one.statements / one.fired,
    })),
  );
  const processes = Object.keys(perTimer);
  const lines = [
    'Medians over the rounds. CPU: milliseconds per time-out by process.',
    table(
      ['', 'time-outs/s', 'bare rows/s', 'statements', ...processes],
      [
        [
          'from due to the next step',
          (figures['perSecond'] ?? 0).toFixed(0),
          (figures['bare'] ?? 0).toFixed(0),
          (figures['statements'] ?? 0).toFixed(4),
          ...processes.map((name) => (perTimer[name] ?? 0).toFixed(4)),
        ],
      ],
    ),
  ];
  const last = rounds.at(-1);
  if (statements > 0 && last !== undefined) {
    lines.push(`Dearest statements\n${costLines(last.costs, last.fired, 'time-out', statements)}`);
  }
  return lines.join('\n\n');
}
