import type { Account } from '../account.ts';
import type { Route } from './route.ts';

const EVENTS = [
  ...['processed', 'delivered', 'deferred', 'bounce', 'dropped', 'open', 'click', 'spam_report'],
  ...['unsubscribe', 'group_unsubscribe', 'group_resubscribe'],
];

/** What the account and its key are set to. */
export function accountRoutes(
  account: Account,
  webhook: { readonly url: () => string | null; readonly publicKey: string },
): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v3/scopes',
      handle: () => ({ status: 200, body: { scopes: account.scopes } }),
    },
    {
      method: 'GET',
      path: '/v3/user/webhooks/event/settings/all',
      handle() {
        const url = webhook.url();
        const { enabled, signed, without, oauthClientId } = account.eventWebhook;
        const one = {
          id: '00000000-0000-4000-8000-000000000001',
          friendly_name: null,
          enabled,
          url,
          ...Object.fromEntries(EVENTS.map((event) => [event, !without.includes(event)])),
          oauth_client_id: oauthClientId ?? '',
          oauth_token_url: '',
          public_key: signed ? webhook.publicKey : '',
        };
        return { status: 200, body: { max_allowed: 5, webhooks: url === null ? [] : [one] } };
      },
    },
  ];
}
