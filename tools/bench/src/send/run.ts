import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { connect } from '../client.ts';
import { costLines, createStatementMeter } from '../measure/statements.ts';
import { directSide } from './direct.ts';
import { measureLag } from './lag.ts';
import { measureMemory } from './memory.ts';
import { measureSide, type MeteredSide, type Reading } from './measure-side.ts';
import { naiveSide, openNaiveDatabase } from './naive.ts';
import type { SendBenchOptions } from './options.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';
import { pipelineSide } from './pipeline-side.ts';
import { lagLine, memoryLines, summaryTable } from './print.ts';
import type { Servers } from './servers.ts';
import type { SideName } from './side.ts';
import { PLAN } from './template.ts';
import { summarize, type Summary } from './summary.ts';
import { withServers } from './with-servers.ts';

type HostEnv = Readonly<Record<string, string | undefined>>;

/**
 * Runs the bench and prints what it found.
 *
 * @param interrupted ends it early, and everything that it has started.
 */
export async function runSendBench(
  options: SendBenchOptions,
  hostEnv: HostEnv,
  print: (text: string) => void,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<void> {
  await withServers({ hostEnv, print, interrupted }, (servers, logDir) => {
    const world = createWorld(options, servers, logDir, hostEnv);
    return Promise.resolve({
      measure: () => measure(options, servers, world, print),
      close: () => world.close(),
    });
  });
}

async function measure(
  options: SendBenchOptions,
  servers: Servers,
  world: World,
  print: (text: string) => void,
): Promise<void> {
  const metered: MeteredSide[] = [];
  for (const name of options.sides) metered.push(await world.side(name));
  const rounds = await runRounds(metered, options, servers, print);
  const summaries = summarize(rounds);
  const sides = metered.map(({ side }) => side);
  print(`\n${summaryTable(summaries, sides)}\n`);
  for (const reading of rounds.at(-1) ?? []) {
    if (options.statements > 0 && reading.costs.length > 0) {
      print(
        `\nDearest statements, ${reading.side}\n${costLines(reading.costs, reading.messages, 'message', options.statements)}\n`,
      );
    }
  }
  const lag = options.lag ? await lagOf(world, servers, options, summaries) : null;
  if (lag !== null) print(`\n${lagLine(lag)}\n`);
  const memory =
    options.memory === null
      ? null
      : await measureMemory(await world.pipeline(true), servers, options.memory);
  if (memory !== null) print(`\n${memoryLines(memory)}\n`);
  if (options.json !== null) {
    const everything = { options, summaries, rounds, lag, memory };
    await writeFile(options.json, `${JSON.stringify(everything, null, 2)}\n`);
  }
}

/** Every side in each round, in turns forwards and backwards: none is always the one after another. */
async function runRounds(
  metered: readonly MeteredSide[],
  options: SendBenchOptions,
  servers: Servers,
  print: (text: string) => void,
): Promise<Reading[][]> {
  const admin = await connect(servers.postgres.adminUrl);
  try {
    const rounds: Reading[][] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      const readings: Reading[] = [];
      for (const one of round % 2 === 1 ? metered : metered.toReversed()) {
        const reading = await measureSide(one, options, servers, admin);
        readings.push(reading);
        const perSecond = (reading.messages / reading.seconds).toFixed(0);
        print(`round ${round}  ${reading.side.padEnd(18)} ${perSecond} messages/s\n`);
      }
      rounds.push(readings);
    }
    return rounds;
  } finally {
    await admin.end();
  }
}

/** Half of the load that the pipeline was seen to bear on Redis. */
async function lagOf(
  world: World,
  servers: Servers,
  options: SendBenchOptions,
  summaries: readonly Summary[],
) {
  const full = summaries.find(({ side }) => side === 'pipeline-redis')?.perSecond;
  if (full === undefined) throw new Error('--lag needs side c');
  const load = { messages: options.messages, perSecond: full / 2 };
  return measureLag(await world.pipeline(true), servers, load);
}

interface World {
  side(name: SideName): Promise<MeteredSide>;
  /** Opened when it is first asked for. */
  pipeline(onRedis: boolean): Promise<Pipeline>;
  close(): Promise<void>;
}

function createWorld(
  options: SendBenchOptions,
  servers: Servers,
  logDir: string,
  hostEnv: HostEnv,
): World {
  const pipelines = new Map<boolean, Pipeline>();
  const clients: pg.Client[] = [];

  async function meter(ownerUrl: string, role: string) {
    const client = await connect(ownerUrl);
    clients.push(client);
    return createStatementMeter(client, [role]);
  }

  async function pipeline(onRedis: boolean): Promise<Pipeline> {
    const known = pipelines.get(onRedis);
    if (known !== undefined) return known;
    const opened = await openPipeline({
      ...options,
      servers,
      onRedis,
      logDir,
      hostEnv,
      plan: PLAN,
      nodeOptions:
        options.profile === null
          ? []
          : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(options.profile)}`],
    });
    pipelines.set(onRedis, opened);
    return opened;
  }

  return {
    pipeline,
    async side(name) {
      switch (name) {
        case 'raw':
        case 'sendgrid-mail': {
          const side = directSide(name, servers, options.concurrency);
          return { side, statements: null, usesRedis: false };
        }
        case 'naive': {
          const { url, ownerUrl, role } = await openNaiveDatabase(servers.postgres.adminUrl);
          const statements = await meter(ownerUrl, role);
          return { side: naiveSide(servers, url), statements, usesRedis: true };
        }
        case 'pipeline-redis':
        case 'pipeline-postgres': {
          const onRedis = name === 'pipeline-redis';
          const opened = await pipeline(onRedis);
          const role = new URL(opened.database.workerUrl).username;
          const statements = await meter(opened.database.ownerUrl, role);
          return { side: pipelineSide(name, servers, opened), statements, usesRedis: onRedis };
        }
      }
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
      for (const opened of pipelines.values()) await opened.stop();
    },
  };
}
