export {
  WEBHOOK_EVENTS,
  type EventWebhookSettings,
  type SendGridAccountSettings,
  type WebhookEvent,
} from './admin/account-settings.ts';
export { SendGridApiError } from './admin/api-error.ts';
export {
  createSendGridAdmin,
  type SenderVerification,
  type SendGridAdmin,
} from './admin/sendgrid-admin.ts';
export { createSendGridEraser } from './admin/sendgrid-eraser.ts';
export { normalizeEvent, type NormalizedEvent } from './events/normalize-event.ts';
export { parseDelivery, type SendGridDelivery } from './events/parse-delivery.ts';
export { parseEventBatch, type ParsedBatch, type ParsedItem } from './events/parse-event-batch.ts';
export { redactDelivery, redactQuarantined } from './events/redact-delivery.ts';
export { matchesProviderMessageId } from './events/provider-message-id.ts';
export { readInboundForm, type InboundParseForm } from './inbound/read-inbound-form.ts';
export { CUSTOM_ARGS } from './custom-args.ts';
export {
  createSendGridLookup,
  LOOK_UP_REACH_MS,
  type SendGridLookupOptions,
} from './lookup/sendgrid-lookup.ts';
export { createSendGridMail, type SendGridMailOptions } from './mail/sendgrid-mail.ts';
export { createSendGridLists } from './suppression/sendgrid-lists.ts';
export type { ExchangeResult } from './transport/exchange.ts';
export { createHttpTransport, type HttpTransport } from './transport/http-transport.ts';
export { resolveConnection, type SendGridConnectionOptions } from './transport/options.ts';
export {
  createSendGridAddressValidator,
  type SendGridAddressValidatorOptions,
} from './validation/address-validator.ts';
export {
  createWebhookVerifier,
  SIGNATURE_HEADER,
  TIMESTAMP_HEADER,
  type SignedDelivery,
  type StreamedVerification,
  type Verification,
  type VerificationFailure,
  type WebhookVerifier,
  type WebhookVerifierOptions,
} from './webhook/verifier.ts';
