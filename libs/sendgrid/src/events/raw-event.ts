import { isId, type MessageReference } from '@cadenza/domain';
import { z } from 'zod';
import { CUSTOM_ARGS } from '../custom-args.ts';

/** A field that reads as text; anything else in its place counts as absent. */
const text = z
  .union([z.string(), z.number().transform(String)])
  .transform((value) => (value === '' ? null : value))
  .nullable()
  .catch(null)
  .default(null);

const flag = z
  .union([z.boolean(), z.stringbool(), z.number().transform((value) => value !== 0)])
  .catch(false)
  .default(false);

const urlOffset = z
  .object({ index: z.union([z.number(), z.string()]), type: z.string() })
  .transform(({ index, type }) => `${index}:${type}`)
  .nullable()
  .catch(null)
  .default(null);

/** Ours, in events that were read from SendGrid's records: when that was, campaign milliseconds. */
export const LOOKED_UP_AT = 'cadenza_looked_up_at';

/** Ours, in events that a person was taken out of: the key that they had before. */
export const KEPT_KEY = 'cadenza_key';

/** An instant beyond year 9999 is no event's time, and no database's either. */
const MAX_SECONDS = 253_402_300_799;

const seconds = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,12}(?:\.\d+)?$/)
      .transform(Number),
  ])
  .refine((value) => value > 0 && value <= MAX_SECONDS)
  .nullable()
  .catch(null)
  .default(null);

/**
 * An event as SendGrid documents it. Only what is read is described, and each field on its own may
 * be absent or of another form without costing the rest
 * (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event).
 */
export const rawEventSchema = z.object({
  event: text,
  /** Seconds since 1970; fractions and numeric strings have been seen. */
  timestamp: seconds,
  email: text,
  type: text,
  reason: text,
  response: text,
  status: text,
  bounce_classification: text,
  sg_event_id: text,
  sg_message_id: text,
  'smtp-id': text,
  sg_machine_open: flag,
  useragent: text,
  url: text,
  url_offset: urlOffset,
  [CUSTOM_ARGS.tenantId]: text,
  [CUSTOM_ARGS.messageId]: text,
  [CUSTOM_ARGS.attempt]: text,
  [KEPT_KEY]: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .catch(null)
    .default(null),
  [LOOKED_UP_AT]: z.number().nullable().catch(null).default(null),
});
export type RawEvent = z.infer<typeof rawEventSchema>;

/** Our reference, if all its parts are there and have their form. */
export function referenceOf(raw: RawEvent): MessageReference | null {
  const tenantId = raw[CUSTOM_ARGS.tenantId];
  const messageId = raw[CUSTOM_ARGS.messageId];
  const attempt = raw[CUSTOM_ARGS.attempt];
  if (!isId(tenantId) || !isId(messageId)) return null;
  if (attempt === null || !/^[1-9]\d{0,8}$/.test(attempt)) return null;
  return {
    tenantId: tenantId.toLowerCase(),
    messageId: messageId.toLowerCase(),
    attempt: Number(attempt),
  };
}
