/**
 * A program of its own, started by `process.ts`: runs the entry file that its first argument names,
 * and stops it when the pipe at file descriptor 3 ends. The process that started it holds the other
 * side, and so it ends with that process, however that came about, SIGKILL included.
 */
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';

const LEASH_FD = 3;
/** Milliseconds in which it can stop in order: its database may be going as well. */
const PATIENCE_MS = 5_000;

const leash = new Socket({ fd: LEASH_FD, readable: true, writable: false });
leash.on('error', () => undefined);
leash.once('close', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
});
leash.resume().unref();

// The program sees itself as the one that was started.
process.argv.splice(1, 1);
const [, entry = ''] = process.argv;
await import(pathToFileURL(entry).href);
