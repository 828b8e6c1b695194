import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/index.ts';
import { isAlive } from './support/processes.ts';

const FAST = { fsync: 'off' };
const isRoot = process.getuid?.() === 0;

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startEmbeddedPostgres', () => {
  let home: string;
  const servers: EmbeddedPostgres[] = [];
  const start = async (...args: Parameters<typeof startEmbeddedPostgres>) => {
    const server = await startEmbeddedPostgres(...args);
    servers.push(server);
    return server;
  };

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'embedded-test-'));
    await chmod(home, 0o755);
    // A temporary folder of its own, so that what is left over in it is this test's.
    vi.stubEnv('TMPDIR', home);
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  });

  it('starts, answers, stops and leaves nothing', async () => {
    const lines: string[] = [];
    const server = await start({ settings: FAST, log: (line) => lines.push(line) });

    const rows = await query(
      server.adminUrl,
      `SELECT current_setting('server_version_num')::int >= 150000 AS recent,
              current_setting('fsync') AS fsync, 'É' || upper('é') AS text`,
    );
    expect(rows).toEqual([{ recent: true, fsync: 'off', text: 'ÉÉ' }]);
    expect(isAlive(server.pid)).toBe(true);
    expect(lines.join('\n')).toContain('ready to accept connections');

    await Promise.all([server.stop(), server.stop()]);
    expect(isAlive(server.pid)).toBe(false);
    expect(await readdir(home)).toEqual([]);
  });

  it('is durable by default and reachable by password on 127.0.0.1 only', async () => {
    const server = await start();
    const settings = await query(
      server.adminUrl,
      `SELECT current_setting('fsync') AS fsync, current_setting('listen_addresses') AS addresses,
              current_setting('unix_socket_directories') AS sockets,
              (SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'postgres')
                AS scram`,
    );
    expect(settings).toEqual([{ fsync: 'on', addresses: '127.0.0.1', sockets: '', scram: true }]);
    const wrong = server.adminUrl.replace(/:[^:@]+@/, ':wrong@');
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps the data of a given directory, with its password, and the directory itself', async () => {
    const dataDir = path.join(home, 'kept');
    const first = await start({ dataDir, settings: FAST });
    await query(first.adminUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(existsSync(dataDir)).toBe(true);

    const second = await start({ dataDir, settings: FAST });
    expect(await query(second.adminUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(new URL(second.adminUrl).password).toBe(new URL(first.adminUrl).password);
  });

  it('runs two servers at once on different ports, and one on the port asked for', async () => {
    const [one, two] = await Promise.all([start({ settings: FAST }), start({ settings: FAST })]);
    expect(one.port).not.toBe(two.port);
    await one.stop();
    const again = await start({ port: one.port, settings: FAST });
    expect(await query(again.adminUrl, 'SHOW port')).toEqual([{ port: String(one.port) }]);
  });

  it('refuses a second server on the same data', async () => {
    const dataDir = path.join(home, 'shared');
    await start({ dataDir, settings: FAST });
    await expect(start({ dataDir, settings: FAST })).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('postmaster.pid') as string,
    });
  });

  it('says which port is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as AddressInfo;
    await expect(start({ port, settings: FAST })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken by another program`,
    );
    await new Promise((resolve) => squatter.close(resolve));
    expect(await readdir(home)).toEqual([]);
  });

  it('reports what PostgreSQL says about a bad setting', async () => {
    await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('invalid value for parameter "shared_buffers"') as string,
    });
  });

  it.each([
    [{ port: 70_000 }, 'port must be 1 to 65535, got 70000'],
    [{ settings: { listen_addresses: '*' } }, 'settings.listen_addresses cannot be set'],
  ])('refuses %j', async (options, message) => {
    await expect(start(options)).rejects.toMatchObject({
      code: 'invalid_option',
      message: expect.stringContaining(message) as string,
    });
  });

  it('refuses data of another version, naming both', async () => {
    const cluster = path.join(home, 'old', 'cluster');
    await mkdir(cluster, { recursive: true });
    await writeFile(path.join(cluster, 'PG_VERSION'), '9\n');
    await expect(start({ dataDir: path.dirname(cluster) })).rejects.toMatchObject({
      code: 'no_binaries',
      message: expect.stringMatching(/is version \d+, the data needs 9/) as string,
    });
  });

  it('refuses a directory that it did not make', async () => {
    await mkdir(path.join(home, 'other', 'cluster'), { recursive: true });
    await expect(start({ dataDir: path.join(home, 'other') })).rejects.toMatchObject({
      code: 'unusable_data_dir',
      message: expect.stringContaining('was not made by this package') as string,
    });
  });

  it('names the closed directory above the data', async (context) => {
    if (!isRoot) context.skip('only as root');
    const closed = path.join(home, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await expect(start({ dataDir: path.join(closed, 'data') })).rejects.toMatchObject({
      code: 'unusable_data_dir',
      message: expect.stringContaining(`${closed} is closed to others`) as string,
    });
  });
});
