import type pg from 'pg';
import { readCpu } from '../measure/cpu.ts';
import { readRedisCounts, resetRedisCounts, type RedisCounts } from '../measure/redis-commands.ts';
import type { StatementCost, StatementCounts, StatementMeter } from '../measure/statements.ts';
import type { Servers } from './servers.ts';
import type { OpenSide, Side, SideName } from './side.ts';

/** One timed stretch of one side. */
export interface Reading {
  readonly side: SideName;
  readonly messages: number;
  readonly seconds: number;
  /** CPU milliseconds by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Null for a side without a database. */
  readonly statements: StatementCounts | null;
  /** The dearest first. */
  readonly costs: readonly StatementCost[];
  /** Null for a side without Redis. */
  readonly redis: RedisCounts | null;
}

export interface MeteredSide {
  readonly side: Side;
  readonly statements: StatementMeter | null;
  readonly usesRedis: boolean;
}

/**
 * Opens a side, has it send so many messages to get warm, and then those that are measured.
 *
 * @param admin an administrator of the PostgreSQL server.
 */
export async function measureSide(
  metered: MeteredSide,
  counts: { readonly warmUp: number; readonly messages: number },
  servers: Servers,
  admin: pg.ClientBase,
): Promise<Reading> {
  const open = await metered.side.open();
  try {
    if (counts.warmUp > 0) {
      await open.prepare(counts.warmUp);
      await open.run();
    }
    await open.prepare(counts.messages);
    // Pages that earlier sides have written are nothing that this one should wait for.
    await admin.query('CHECKPOINT');
    return await measureRun(metered, open, counts.messages, servers);
  } finally {
    await open.close();
  }
}

async function measureRun(
  { side, statements, usesRedis }: MeteredSide,
  open: OpenSide,
  messages: number,
  servers: Servers,
): Promise<Reading> {
  const processes = {
    ...open.processes,
    emulator: servers.emulator.pid,
    ...(statements === null ? {} : { postgres: servers.postgres.pid }),
    ...(usesRedis ? { redis: servers.redis.pid } : {}),
  };
  await statements?.reset();
  await resetRedisCounts(servers.redis.client);
  const before = await readCpu(processes);
  const seconds = await open.run();
  const after = await readCpu(processes);
  const redis = await readRedisCounts(servers.redis.client);
  const read = await statements?.read();
  return {
    side: side.name,
    messages,
    seconds,
    cpuMs: Object.fromEntries(
      Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]),
    ),
    statements: read?.counts ?? null,
    costs: read?.costs ?? [],
    redis: usesRedis ? redis : null,
  };
}
