import type { Inspection } from '@cadenza/config';
import {
  SendGridApiError,
  type EventWebhookSettings,
  type SendGridAccountSettings,
} from '@cadenza/sendgrid';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Where the API takes the events of the installation's account; a tenant's come to its id below it. */
export const EVENTS_PATH = '/v1/webhooks/sendgrid/events';
const SETTINGS = 'in SendGrid: Settings, Mail Settings, Event Webhook';

/** What the key must be able to do, and for what. */
const NEEDED_SCOPES = [{ scope: 'mail.send', purpose: 'nothing is sent' }] as const;
const WANTED_SCOPES = [
  {
    scope: 'messages.read',
    purpose: 'unknown messages are looked up in Email Logs alone, or not at all',
  },
  {
    scope: 'suppression.bounces.delete',
    purpose: 'messages to addresses on SendGrid’s bounce list are not tried again',
  },
  { scope: 'whitelabel.read', purpose: 'senders of authenticated domains cannot be verified' },
  {
    scope: 'user.webhooks.event.settings.read',
    purpose: 'the settings of the event webhook cannot be looked at',
  },
] as const;

/** An account of SendGrid, and what Cadenza expects of it. */
export interface AccountExpectations {
  /** What the names of its findings begin with: `sendgrid`. */
  readonly name: string;
  /** Where its API key is, for people. */
  readonly keyPlace: string;
  /** Where its event webhook must post to; null: not known. */
  readonly webhookUrl: string | null;
  /** Any of which verifies that webhook, base64 of DER SPKI; null: not known. */
  readonly webhookKeys: readonly string[] | null;
  /** Where those keys are, for people. */
  readonly webhookKeyPlace: string;
  readonly webhookClientId: string | null;
}

/** What is expected of the installation's own account. */
export function installationAccount({
  publicUrl,
  webhookPublicKeys,
  webhookClientId,
}: Pick<Inspection, 'publicUrl' | 'webhookPublicKeys' | 'webhookClientId'>): AccountExpectations {
  return {
    name: 'sendgrid',
    keyPlace: 'SENDGRID_API_KEY',
    webhookUrl: publicUrl === null ? null : `${publicUrl}${EVENTS_PATH}`,
    webhookKeys: webhookPublicKeys,
    webhookKeyPlace: 'SENDGRID_WEBHOOK_PUBLIC_KEY',
    webhookClientId,
  };
}

/** Whether the account takes what Cadenza sends it, and tells what becomes of it. */
export async function sendGridFindings(
  account: SendGridAccountSettings,
  expected: AccountExpectations,
): Promise<Finding[]> {
  const check = `${expected.name}.key`;
  let scopes: readonly string[];
  try {
    scopes = await account.scopes();
  } catch (error) {
    return [unusable(check, expected.keyPlace, error)];
  }
  return [
    ok(check, `valid, with ${scopes.length} scopes`),
    scopesFinding(`${expected.name}.scopes`, scopes),
    ...(await webhookFindings(account, expected)),
  ];
}

function unusable(check: string, keyPlace: string, error: unknown): Finding {
  const refused = error instanceof SendGridApiError && error.statusCode === 401;
  return refused
    ? fail(
        check,
        `SendGrid does not know ${keyPlace}`,
        'Make another in SendGrid under Settings, API Keys, and look whether SENDGRID_BASE_URL is of the same region.',
      )
    : fail(
        check,
        messageOf(error),
        'Look at SENDGRID_BASE_URL, and whether this machine reaches it.',
      );
}

function scopesFinding(check: string, scopes: readonly string[]): Finding {
  const lacking = (list: readonly { readonly scope: string; readonly purpose: string }[]) =>
    list.filter(({ scope }) => !scopes.includes(scope));
  const needed = lacking(NEEDED_SCOPES);
  const all = [...needed, ...lacking(WANTED_SCOPES)];
  if (all.length === 0) return ok(check, 'all that are made use of');
  const found = `without ${all.map(({ scope, purpose }) => `${scope} (${purpose})`).join(', ')}`;
  const todo = `Give them to the key: ${all.map(({ scope }) => scope).join(', ')}.`;
  return needed.length > 0 ? fail(check, found, todo) : warn(check, found, todo);
}

async function webhookFindings(
  account: SendGridAccountSettings,
  expected: AccountExpectations,
): Promise<Finding[]> {
  const { name, webhookUrl: url } = expected;
  const check = `${name}.event_webhook`;
  // What is wrong with the setting itself is said of the settings.
  if (url === null) return [];
  let webhooks: readonly EventWebhookSettings[];
  try {
    webhooks = await account.eventWebhooks();
  } catch (error) {
    return [warn(check, messageOf(error), 'Give the key user.webhooks.event.settings.read.')];
  }
  const own = webhooks.find((one) => one.url.replace(/\/+$/, '') === url);
  if (own === undefined) {
    const others = webhooks.map((one) => one.url).join(', ') || 'none';
    return [fail(check, `none posts to ${url}; there are: ${others}`, `Add one ${SETTINGS}.`)];
  }
  return [
    eventsFinding(check, own),
    signatureFinding(own.publicKey, expected),
    ...tokenFindings(`${name}.webhook_token`, own.oauthClientId, expected.webhookClientId),
  ];
}

function eventsFinding(check: string, { enabled, missing, url }: EventWebhookSettings): Finding {
  if (!enabled) return fail(check, `${url} is switched off`, `Enable it ${SETTINGS}.`);
  if (missing.length === 0) return ok(check, `${url} gets all events`);
  const names = missing.join(', ');
  return fail(check, `${url} is not sent ${names}`, `Tick them ${SETTINGS}: ${names}.`);
}

function signatureFinding(
  key: string | null,
  { name, webhookKeys, webhookKeyPlace: place }: AccountExpectations,
): Finding {
  const check = `${name}.webhook_signature`;
  if (key === null) {
    const todo = `Switch on Signed Event Webhook ${SETTINGS}, and put its key into ${place}.`;
    return fail(check, 'deliveries are not signed, and so all are refused', todo);
  }
  if (webhookKeys?.includes(key) === true) {
    return ok(check, `signed, with a key of ${place}`);
  }
  return fail(
    check,
    `signed with a key that is not in ${place}, and so all are refused`,
    `Put this one into it: ${key}`,
  );
}

function tokenFindings(check: string, found: string | null, wanted: string | null): Finding[] {
  if (found === wanted) return wanted === null ? [] : [ok(check, 'fetches its token as it must')];
  const todo = `Give it the client id and secret of WEBHOOK_OAUTH_CLIENT_ID and WEBHOOK_OAUTH_CLIENT_SECRET ${SETTINGS}, or take those settings away.`;
  return [
    wanted === null
      ? warn(check, 'fetches a token that nobody asks for', todo)
      : fail(check, 'brings no token of WEBHOOK_OAUTH_CLIENT_ID, and so all are refused', todo),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
