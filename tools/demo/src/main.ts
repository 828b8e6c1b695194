import { parseArgs } from 'node:util';
import { runDemo } from './demo.ts';
import { listenForInterrupt } from './interrupt.ts';

/** Three weeks pass in about two minutes. */
const RATE = 12_000;

const print = (text: string) => void process.stdout.write(text);
// A terminal that was closed, or a reader that has gone, takes no more text.
process.stdout.on('error', () => undefined);
const interrupt = listenForInterrupt(() => print('\nStopping …\n'));

const { values: given } = parseArgs({
  options: {
    stay: { type: 'boolean', default: false },
    seed: { type: 'string', default: 'cadenza' },
    rate: { type: 'string', default: String(RATE) },
  },
});
const env = process.env;
const code = await runDemo(
  {
    adminUrl: env['DATABASE_OWNER_URL'] ?? env['DATABASE_URL'] ?? null,
    redisUrl: env['REDIS_URL'] ?? null,
    rate: Number(given.rate),
    seed: given.seed,
    stay: given.stay,
    terminal: process.stdout.isTTY,
    hostEnv: env,
    ...(given.stay && env['PORT'] !== undefined ? { apiPort: Number(env['PORT']) } : {}),
  },
  print,
  interrupt,
);
// An answer that no longer comes must not keep the process.
process.exit(code);
