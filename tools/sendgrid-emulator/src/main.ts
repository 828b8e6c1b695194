import { startEmulator } from './emulator.ts';
import { readSettings } from './settings.ts';

try {
  const emulator = await startEmulator(readSettings(process.env));
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
