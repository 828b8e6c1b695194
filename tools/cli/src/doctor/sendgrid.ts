import type { Inspection } from '@cadenza/config';
import {
  SendGridApiError,
  type EventWebhookSettings,
  type SendGridAccountSettings,
} from '@cadenza/sendgrid';
import { fail, ok, warn, type Finding } from './finding.ts';

const WEBHOOK_PATH = '/v1/webhooks/sendgrid/events';
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

/** Whether the account takes what Cadenza sends it, and tells what becomes of it. */
export async function sendGridFindings(
  account: SendGridAccountSettings,
  settings: Pick<Inspection, 'publicUrl' | 'webhookPublicKeys' | 'webhookClientId'>,
): Promise<Finding[]> {
  let scopes: readonly string[];
  try {
    scopes = await account.scopes();
  } catch (error) {
    return [unusable(error)];
  }
  return [
    ok('sendgrid.key', `valid, with ${scopes.length} scopes`),
    scopesFinding(scopes),
    ...(await webhookFindings(account, settings)),
  ];
}

function unusable(error: unknown): Finding {
  const refused = error instanceof SendGridApiError && error.statusCode === 401;
  return refused
    ? fail(
        'sendgrid.key',
        'SendGrid does not know SENDGRID_API_KEY',
        'Make another in SendGrid under Settings, API Keys, and look whether SENDGRID_BASE_URL is of the same region.',
      )
    : fail(
        'sendgrid.key',
        messageOf(error),
        'Look at SENDGRID_BASE_URL, and whether this machine reaches it.',
      );
}

function scopesFinding(scopes: readonly string[]): Finding {
  const check = 'sendgrid.scopes';
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
  { publicUrl, webhookPublicKeys, webhookClientId }: Parameters<typeof sendGridFindings>[1],
): Promise<Finding[]> {
  const check = 'sendgrid.event_webhook';
  // What is wrong with the setting itself is said of the settings.
  if (publicUrl === null) return [];
  let webhooks: readonly EventWebhookSettings[];
  try {
    webhooks = await account.eventWebhooks();
  } catch (error) {
    return [warn(check, messageOf(error), 'Give the key user.webhooks.event.settings.read.')];
  }
  const url = `${publicUrl}${WEBHOOK_PATH}`;
  const own = webhooks.find((one) => one.url.replace(/\/+$/, '') === url);
  if (own === undefined) {
    const others = webhooks.map((one) => one.url).join(', ') || 'none';
    return [fail(check, `none posts to ${url}; there are: ${others}`, `Add one ${SETTINGS}.`)];
  }
  return [
    eventsFinding(check, own),
    signatureFinding(own.publicKey, webhookPublicKeys),
    ...tokenFindings(own.oauthClientId, webhookClientId),
  ];
}

function eventsFinding(check: string, { enabled, missing, url }: EventWebhookSettings): Finding {
  if (!enabled) return fail(check, `${url} is switched off`, `Enable it ${SETTINGS}.`);
  if (missing.length === 0) return ok(check, `${url} gets all events`);
  const names = missing.join(', ');
  return fail(check, `${url} is not sent ${names}`, `Tick them ${SETTINGS}: ${names}.`);
}

function signatureFinding(key: string | null, accepted: readonly string[] | null): Finding {
  const check = 'sendgrid.webhook_signature';
  if (key === null) {
    const todo = `Switch on Signed Event Webhook ${SETTINGS}, and put its key into SENDGRID_WEBHOOK_PUBLIC_KEY.`;
    return fail(check, 'deliveries are not signed, and so all are refused', todo);
  }
  if (accepted?.includes(key) === true) {
    return ok(check, 'signed, with a key of SENDGRID_WEBHOOK_PUBLIC_KEY');
  }
  return fail(
    check,
    'signed with a key that is not in SENDGRID_WEBHOOK_PUBLIC_KEY, and so all are refused',
    `Put this one into it: ${key}`,
  );
}

function tokenFindings(found: string | null, wanted: string | null): Finding[] {
  const check = 'sendgrid.webhook_token';
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
