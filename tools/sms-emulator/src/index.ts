export {
  SMS_EMULATOR_KEY,
  startSmsEmulator,
  type SmsEmulator,
  type SmsEmulatorOptions,
} from './emulator.ts';
export type { SentText } from './outbox.ts';
