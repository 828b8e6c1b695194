import path from 'node:path';
import { createProcess, type StackProcess } from '@cadenza/stack';
import { SETTINGS_OF_COMPOSE, startStores, type Stores } from '../stores.ts';

/** What all sides share: one of each, in a process of its own. */
export interface Servers extends Stores {
  readonly emulator: { readonly url: string; readonly apiKey: string; readonly pid: number };
  /** Mails that the emulator has accepted so far. */
  accepted(): Promise<number>;
}

export interface ServerOptions {
  /** Folder for the programs' logs. */
  readonly logDir: string;
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
}

const API_KEY = 'SG.emulator.key';
const POSTGRES_SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.max': '2000',
  max_connections: '200',
  ...SETTINGS_OF_COMPOSE,
};

/**
 * Starts PostgreSQL (durable, its statements counted), Redis, and the SendGrid
 * emulator, which answers at once and posts no webhooks.
 */
export async function startServers(options: ServerOptions): Promise<Servers> {
  const stores = await startStores({ ...options, postgres: { settings: POSTGRES_SETTINGS } });
  try {
    const emulator = await startEmulator(options);
    return {
      ...stores,
      emulator: { url: emulator.url, apiKey: API_KEY, pid: emulator.process.pid ?? 0 },
      async accepted() {
        const response = await fetch(`${emulator.url}/_emulator/counts`);
        return ((await response.json()) as { accepted: number }).accepted;
      },
      async stop() {
        await emulator.process.stop();
        await stores.stop();
      },
    };
  } catch (error) {
    await stores.stop();
    throw error;
  }
}

async function startEmulator(
  options: ServerOptions,
): Promise<{ url: string; process: StackProcess }> {
  let url = '';
  const process = createProcess({
    name: 'emulator',
    entry: 'tools/sendgrid-emulator/src/main.ts',
    env: {
      SENDGRID_API_KEY: API_KEY,
      LEDGER: 'counts',
      EVENTS: 'false',
      ACTIVITY_ADD_ON: 'false',
    },
    hostEnv: options.hostEnv,
    logFile: path.join(options.logDir, 'emulator.log'),
    healthUrl: null,
    onLine(line) {
      if (line.startsWith('{"ready"')) url = (JSON.parse(line) as { url: string }).url;
    },
    ready: () => Promise.resolve(url !== ''),
  });
  await process.start();
  return { url, process };
}
