import type { DeliveryProvider, ParsedDelivery } from '@cadenza/engine';
import { parseDelivery } from '@cadenza/sendgrid';
import { parseSmsDelivery } from '@cadenza/sms-dev';

/** A stored delivery in its provider's form. */
export function parseAny(payload: Buffer, provider: DeliveryProvider): ParsedDelivery {
  return provider === 'sms-dev' ? parseSmsDelivery(payload) : parseDelivery(payload);
}
