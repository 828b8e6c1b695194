import { z } from 'zod';

/** Headers of a signed webhook: ECDSA on P-256 with SHA-256 over timestamp and body, as base64. */
export const SMS_SIGNATURE_HEADER = 'x-sms-signature';
export const SMS_TIMESTAMP_HEADER = 'x-sms-timestamp';

const referenceSchema = z.object({
  tenantId: z.uuid(),
  messageId: z.uuid(),
  attempt: z.int().positive(),
});

/** What `POST /v1/messages` takes. */
export const wireSmsSchema = z.object({
  from: z.string().min(1),
  to: z.string().regex(/^\+\d{5,15}$/),
  text: z.string().min(1),
  reference: referenceSchema.nullable(),
});
export type WireSms = z.infer<typeof wireSmsSchema>;

const at = z.number().nonnegative();

/** What a webhook brings, in a JSON array of up to some hundreds. */
export const reportSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('status'),
    /** Of the report. */
    id: z.string().min(1),
    messageId: z.string().min(1),
    reference: referenceSchema.nullable(),
    status: z.enum(['delivered', 'undelivered', 'failed']),
    error: z.enum(['unknown_number', 'unreachable', 'blocked_by_carrier']).nullable().default(null),
    /** Milliseconds since 1970. */
    at,
  }),
  z.object({
    type: z.literal('message'),
    id: z.string().min(1),
    /** A person's number. */
    from: z.string().min(1),
    /** The number or name that was written to. */
    to: z.string().min(1),
    text: z.string(),
    at,
  }),
]);
/** One element of a webhook's body. */
export type SmsReport = z.infer<typeof reportSchema>;
