import { startSmsEmulator } from './emulator.ts';

/** A variable as a number. */
const number = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isFinite(value)) throw new Error(`${name}: expected a number`);
  return value;
};

try {
  const realBase = number('CLOCK_REAL_BASE', Date.now());
  const key = process.env['SMS_API_KEY'];
  const emulator = await startSmsEmulator({
    port: number('PORT', 0),
    clock: {
      rate: number('CLOCK_RATE', 1),
      realBase,
      campaignBase: number('CLOCK_CAMPAIGN_BASE', realBase),
    },
    webhookUrl: process.env['WEBHOOK_URL'] ?? null,
    ...(key === undefined ? {} : { apiKey: key }),
  });
  const stop = (): void => {
    emulator.close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const ready = { ready: true, url: emulator.url, publicKey: emulator.publicKey };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
