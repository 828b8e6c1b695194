export { createSmsDev, type SmsDev, type SmsDevOptions } from './client.ts';
export { parseSmsDelivery, type SmsDelivery } from './parse-delivery.ts';
export { redactSmsDelivery, redactSmsReport } from './redact-delivery.ts';
export {
  SMS_SIGNATURE_HEADER,
  SMS_TIMESTAMP_HEADER,
  type SmsReport,
  wireSmsSchema,
  type WireSms,
} from './wire.ts';
