import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../client.ts';
import { startServers, type Servers } from './servers.ts';

/** What a bench has opened on the servers that its sides share. */
export interface OpenBench {
  measure(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the servers, measures, and ends everything, whatever fails: then the programs' logs stay.
 *
 * @param options.interrupted ends it early.
 */
export async function withServers(
  options: {
    readonly hostEnv: Readonly<Record<string, string | undefined>>;
    readonly print: (text: string) => void;
    readonly interrupted: AbortSignal;
  },
  open: (servers: Servers, logDir: string) => Promise<OpenBench>,
): Promise<void> {
  const { hostEnv, print, interrupted } = options;
  const logDir = await mkdtemp(path.join(tmpdir(), 'cadenza-bench-'));
  const servers = await startServers({ logDir, hostEnv });
  print(`huge pages of PostgreSQL: ${await hugePagesOf(servers)}\n`);
  let bench: OpenBench | null = null;
  const stopped = new Promise<never>((_, reject) => {
    interrupted.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });
  try {
    bench = await Promise.race([open(servers, logDir), stopped]);
    await Promise.race([bench.measure(), stopped]);
    await rm(logDir, { recursive: true, force: true });
  } catch (error) {
    print(`The programs' logs are in ${logDir}\n`);
    throw error;
  } finally {
    await bench?.close();
    await servers.stop();
  }
}

/** Whether the shared memory is in huge pages: it decides what the first look of a connection at a page costs. */
async function hugePagesOf({ postgres }: Servers): Promise<string> {
  const client = await connect(postgres.adminUrl);
  try {
    const { rows } = await client.query<{ huge_pages_status: string }>('SHOW huge_pages_status');
    return rows[0]?.huge_pages_status ?? 'unknown';
  } finally {
    await client.end();
  }
}
