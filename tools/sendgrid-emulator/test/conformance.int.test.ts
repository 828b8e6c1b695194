import { afterAll } from 'vitest';
import { EMULATOR_API_KEY, startEmulator, type Emulator } from '../src/index.ts';
import { sendGridConformance } from './conformance.ts';

let emulator: Emulator | undefined;

afterAll(() => emulator?.close());

sendGridConformance('the emulator', async () => {
  emulator = await startEmulator();
  return {
    apiKey: EMULATOR_API_KEY,
    baseUrl: `${emulator.url}/`,
    from: 'ada@example.com',
    to: 'silent@example.org',
    unverified: 'ada@unverified.example',
    mayChange: true,
  };
});
