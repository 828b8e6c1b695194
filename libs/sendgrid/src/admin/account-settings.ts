import { z } from 'zod';

/** The events that a webhook can be told to send, as SendGrid's settings name them. */
export const WEBHOOK_EVENTS = [
  'processed',
  'delivered',
  'deferred',
  'bounce',
  'dropped',
  'open',
  'click',
  'spam_report',
  'unsubscribe',
  'group_unsubscribe',
  'group_resubscribe',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** An event webhook as the account has it. */
export interface EventWebhookSettings {
  readonly enabled: boolean;
  readonly url: string;
  /** The events that it is not told to send. */
  readonly missing: readonly WebhookEvent[];
  /** Base64 of DER SPKI; null where deliveries are not signed. */
  readonly publicKey: string | null;
  /** Null where it fetches no token. */
  readonly oauthClientId: string | null;
}

/** What the account and its key are set to. All throw `SendGridApiError`. */
export interface SendGridAccountSettings {
  /** What the key may do, such as `mail.send`. */
  scopes(): Promise<readonly string[]>;
  /** All event webhooks of the account. Needs the scope `user.webhooks.event.settings.read`. */
  eventWebhooks(): Promise<readonly EventWebhookSettings[]>;
}

const scopesSchema = z.object({ scopes: z.array(z.string()) });
const webhooksSchema = z.object({
  webhooks: z.array(
    z.looseObject({
      enabled: z.boolean(),
      url: z.string(),
      public_key: z.string().nullish(),
      oauth_client_id: z.string().nullish(),
    }),
  ),
});

/** @param read asks for a path, and checks the form of the answer. */
export function createAccountSettings(
  read: <T>(path: string, schema: z.ZodType<T>, what: string) => Promise<T>,
): SendGridAccountSettings {
  return {
    async scopes() {
      return (await read('/v3/scopes', scopesSchema, 'reading the scopes of the key')).scopes;
    },
    async eventWebhooks() {
      const path = '/v3/user/webhooks/event/settings/all';
      const { webhooks } = await read(path, webhooksSchema, 'reading event webhooks');
      return webhooks.map((one) => ({
        enabled: one.enabled,
        url: one.url,
        missing: WEBHOOK_EVENTS.filter((event) => one[event] !== true),
        publicKey: one.public_key || null,
        oauthClientId: one.oauth_client_id || null,
      }));
    },
  };
}
