/**
 * Names of the custom arguments that carry a message's reference to SendGrid and back. They are
 * prefixed, since SendGrid's own field names overwrite equal ones in events.
 */
export const CUSTOM_ARGS = {
  tenantId: 'cadenza_tenant_id',
  messageId: 'cadenza_message_id',
  attempt: 'cadenza_attempt',
} as const;
