/** A process that wants a database; the tests end it in several ways. */
import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/index.ts';

const server = await startEmbeddedPostgres({ settings: { fsync: 'off' } });
const data = readlinkSync(`/proc/${server.pid}/cwd`);
const scratch = path.dirname(path.dirname(data));
process.stdout.write(
  `${JSON.stringify({ pid: server.pid, adminUrl: server.adminUrl, scratch })}\n`,
);
if (process.argv[2] === 'stay') setInterval(() => undefined, 60_000);
