export { SMS_EMULATOR_KEY, startSmsEmulator, type SmsEmulator } from './emulator.ts';
export type { SentText } from './outbox.ts';
