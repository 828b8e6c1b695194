import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { connect } from '../client.ts';
import { cpuSince, readCpu } from '../measure/cpu.ts';
import {
  createStatementMeter,
  type StatementCost,
  type StatementMeter,
} from '../measure/statements.ts';
import type { Pipeline } from '../send/pipeline.ts';
import type { Servers } from '../send/servers.ts';
import { withServers } from '../send/with-servers.ts';
import { insertBare } from './bare.ts';
import { bodiesOf, createSigner, eventsOf, type Signer } from './deliveries.ts';
import { sendFirstMails } from './fixture.ts';
import { openEventsPipeline } from './open-pipeline.ts';
import type { EventsBenchOptions } from './options.ts';
import { allProcessed, measurePaced, type PacedReading } from './paced.ts';
import { createPoster, postAll, type Poster } from './post.ts';
import { report } from './print.ts';
import { compareStored } from './stored.ts';

type HostEnv = Readonly<Record<string, string | undefined>>;

export interface EventsReading {
  /** Events posted, those that were repeated too. */
  readonly events: number;
  /** Rows that they became. */
  readonly recorded: number;
  /** Those that moved an enrollment to another node, or to its end. */
  readonly advanced: number;
  readonly seconds: number;
  /** CPU milliseconds by process, the bench's own as `client`, without those that it has started. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Statements of the two apps, without transaction control and the queue's own. */
  readonly statements: number;
  readonly setConfig: number;
  readonly costs: readonly StatementCost[];
}

/** A round, and the same rows inserted without anything else. */
export interface ComparedReading extends EventsReading {
  readonly bare: { readonly rows: number; readonly seconds: number };
}

/** Connections over which deliveries come at an even rate. */
const PACED_CONNECTIONS = 64;

/**
 * Runs the bench and prints what it found.
 *
 * @param interrupted ends it early, and everything that it has started.
 */
export async function runEventsBench(
  options: EventsBenchOptions,
  hostEnv: HostEnv,
  print: (text: string) => void,
  interrupted: AbortSignal = new AbortController().signal,
): Promise<void> {
  const signer = createSigner();
  await withServers({ hostEnv, print, interrupted }, async (servers, logDir) => {
    const open = () =>
      openEventsPipeline({
        servers,
        onRedis: options.onRedis,
        tenants: options.tenants,
        logDir,
        hostEnv,
        env: { SENDGRID_WEBHOOK_PUBLIC_KEY: signer.publicKey },
        nodeOptions:
          options.profile === null
            ? []
            : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(options.profile)}`],
      });
    const pipeline = await open();
    return {
      measure: () => measure(options, { servers, pipeline, signer }, open, print),
      close: () => pipeline.stop(),
    };
  });
}

/** What a round runs on. */
export interface World {
  readonly servers: Servers;
  readonly pipeline: Pipeline;
  readonly signer: Signer;
}

async function measure(
  options: EventsBenchOptions,
  world: World,
  open: () => Promise<Pipeline>,
  print: (text: string) => void,
): Promise<void> {
  const { database } = world.pipeline;
  const client = await connect(database.ownerUrl);
  try {
    const roles = [database.apiUrl, database.workerUrl].map((url) => new URL(url).username);
    const meter = await createStatementMeter(client, roles);
    const rounds: ComparedReading[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      const reading = await runRound(options, world, meter);
      rounds.push({ ...reading, bare: await insertBare(database.ownerUrl) });
      const perSecond = (reading.events / reading.seconds).toFixed(0);
      print(`round ${round}  ${perSecond} events/s\n`);
    }
    const paced = options.paced > 0 ? await runPaced(options, world) : null;
    const stored =
      options.stored > 0
        ? await compareStored(options, world, open, (one) => runRound(options, one, meter))
        : null;
    print(`\n${report(rounds, paced, stored, options.statements)}\n`);
    if (options.json !== null) {
      const found = { options, rounds, paced, stored };
      await writeFile(options.json, `${JSON.stringify(found, null, 2)}\n`);
    }
  } finally {
    await client.end();
  }
}

async function runRound(
  options: EventsBenchOptions,
  world: World,
  meter: StatementMeter,
): Promise<EventsReading> {
  const { pipeline, servers, signer } = world;
  const messages = await sendFirstMails(pipeline, servers, options.warmUp + options.messages);
  const warmUp = eventsOf(messages.slice(0, options.warmUp));
  const events = eventsOf(messages.slice(options.warmUp));
  return withApps(options, world, async (poster, processes) => {
    await postAll(poster, bodiesOf(warmUp, options.batch, signer), options.atOnce);
    await allProcessed(pipeline.db);
    const before = await countsOf(pipeline);
    const bodies = bodiesOf(events, options.batch, signer);
    await sql`CHECKPOINT`.execute(pipeline.db);
    await meter.reset();
    const cpuBefore = await readCpu(processes);
    const ownBefore = process.cpuUsage();
    const begun = performance.now();
    await postAll(poster, bodies, options.atOnce);
    await allProcessed(pipeline.db);
    const seconds = (performance.now() - begun) / 1_000;
    const own = process.cpuUsage(ownBefore);
    const cpuOfApps = await cpuSince(cpuBefore, processes);
    const { counts, costs } = await meter.read();
    const after = await countsOf(pipeline);
    return {
      events: events.length,
      recorded: after.events - before.events,
      advanced: after.advanced - before.advanced,
      seconds,
      cpuMs: {
        ...cpuOfApps,
        client: (own.user + own.system) / 1_000,
      },
      statements: counts.data,
      setConfig: counts.setConfig,
      costs,
    };
  });
}

async function runPaced(options: EventsBenchOptions, world: World): Promise<PacedReading> {
  const { pipeline, servers, signer } = world;
  const wanted = options.paced * options.perSecond;
  // Each message has 4.4 events.
  const people = Math.ceil(((wanted + WARM_DELIVERIES) * options.batch) / 4.4);
  const messages = await sendFirstMails(pipeline, servers, people);
  const bodies = bodiesOf(eventsOf(messages), options.batch, signer);
  return withApps(options, world, async (poster) => {
    await measurePaced(pipeline.db, poster, bodies.slice(0, WARM_DELIVERIES), options.perSecond);
    const measured = bodies.slice(WARM_DELIVERIES, WARM_DELIVERIES + wanted);
    return measurePaced(pipeline.db, poster, measured, options.perSecond);
  });
}

/** Deliveries before those that are timed. */
const WARM_DELIVERIES = 250;

async function withApps<Result>(
  options: EventsBenchOptions,
  { pipeline, servers }: World,
  work: (poster: Poster, processes: Readonly<Record<string, number>>) => Promise<Result>,
): Promise<Result> {
  // What a server that has been up for a while knows of its tables.
  await sql`VACUUM (ANALYZE)`.execute(pipeline.db);
  const apps = await pipeline.start(['api', 'event-worker']);
  const poster = createPoster(apps.apiUrl, Math.max(options.atOnce, PACED_CONNECTIONS));
  try {
    return await work(poster, {
      api: apps.pid('api'),
      'event-worker': apps.pid('event-worker'),
      postgres: servers.postgres.pid,
      ...(options.onRedis ? { redis: servers.redis.pid } : {}),
    });
  } finally {
    poster.close();
    await apps.stop();
  }
}

async function countsOf({ db }: Pipeline): Promise<{ events: number; advanced: number }> {
  const { rows } = await sql<{ events: number; advanced: number }>`
    SELECT (SELECT count(*) FROM message_events)::integer AS events,
      (SELECT count(*) FROM campaign_transitions
       WHERE input ->> 'kind' = 'event' AND outcome = 'applied')::integer AS advanced`.execute(db);
  return rows[0] ?? { events: 0, advanced: 0 };
}
