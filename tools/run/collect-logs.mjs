// A `setupFiles` module of vitest: every line that a logger of this process writes, wherever it goes,
// is appended to a file of the run as well. `npm test` scans the files at its end.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS_VARIABLE } from './paths.mjs';

const COLLECTING = Symbol.for('cadenza.collecting-logs');
const directory = process.env[LOGS_VARIABLE];

// Set-up runs once for each test file, and several files may share a process.
if (directory && !(COLLECTING in globalThis)) {
  globalThis[COLLECTING] = true;
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `process-${process.pid}.log`);
  // Pino's own channel: whatever it has made a line of.
  subscribe('tracing:pino_asJson:end', ({ result }) => {
    if (typeof result === 'string') appendFileSync(file, result);
  });
}
