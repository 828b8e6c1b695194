import { z } from 'zod';
import type { Clock } from '@cadenza/domain';
import type { Account } from '../account.ts';
import type { Activity, IndexedMessage, SentMessage } from '../activity.ts';
import { errorAnswer, type ApiAnswer } from '../api-error.ts';
import { parseQuery, QuerySyntaxError, type FieldReader, type Grammar } from '../query.ts';
import type { Route } from './route.ts';

/** https://www.twilio.com/docs/sendgrid/for-developers/sending-email/getting-started-email-activity-api */
const ACTIVITY_GRAMMAR: Grammar = {
  fields: new Map(
    [
      'msg_id',
      'from_email',
      'to_email',
      'subject',
      'status',
      'last_event_time',
      'unique_args',
      'categories',
      'events',
    ].map((name) => [name, null]),
  ),
  nesting: true,
};
const EQUALS: ReadonlySet<string> = new Set(['=']);
const IN: ReadonlySet<string> = new Set(['IN']);
/** https://www.twilio.com/docs/sendgrid/api-reference/email-logs/filter-all-messages */
const LOG_GRAMMAR: Grammar = {
  fields: new Map([
    ['sg_message_id', EQUALS],
    ['subject', EQUALS],
    ['to_email', EQUALS],
    ['reason', EQUALS],
    ['status', IN],
    ['categories', IN],
    ['sg_message_id_created_at', new Set(['>', '<', '>=', '<='])],
  ]),
  nesting: false,
};
const LIMIT = 1_000;
const USUAL_LIMIT = 10;
const logQuerySchema = z.object({
  query: z.string(),
  limit: z.int().min(1).max(LIMIT).optional(),
});

/** Email Activity (`/v3/messages`, an add-on) and Email Logs (`/v3/logs`, every account has them). */
export function activityRoutes(
  activity: Activity,
  account: Account,
  clock: Clock,
): readonly Route[] {
  const refusal = (allowed: boolean): ApiAnswer | null =>
    allowed && activity.enabled ? null : errorAnswer(403, 'access forbidden');
  const horizon = (): number => clock.now() - account.indexingLagMs;

  function search(
    query: string,
    limit: number,
    grammar: Grammar,
    show: (found: IndexedMessage) => object,
  ): ApiAnswer {
    try {
      const matches = parseQuery(query, grammar);
      const messages: object[] = [];
      for (const found of activity.indexed(horizon())) {
        if (!matches(readerOf(found))) continue;
        messages.push(show(found));
        if (messages.length >= limit) break;
      }
      return { status: 200, body: { messages } };
    } catch (error) {
      if (error instanceof QuerySyntaxError) return errorAnswer(400, error.message);
      throw error;
    }
  }

  return [
    {
      method: 'GET',
      path: '/v3/messages',
      handle({ query }) {
        const limit = Number(query.get('limit') ?? USUAL_LIMIT);
        if (!(limit >= 1 && limit <= LIMIT)) {
          return errorAnswer(400, 'limit must be greater than 0 and at most 1000', 'limit');
        }
        return (
          refusal(account.activityAddOn) ??
          search(query.get('query') ?? '', limit, ACTIVITY_GRAMMAR, shownActivity)
        );
      },
    },
    {
      method: 'GET',
      path: '/v3/messages/:id',
      handle({ params }) {
        const refused = refusal(account.activityAddOn);
        if (refused !== null) return refused;
        const found = activity.find(params['id'] ?? '', horizon());
        return found === null
          ? errorAnswer(404, 'message not found', 'msg_id')
          : { status: 200, body: activityDetail(found) };
      },
    },
    {
      method: 'POST',
      path: '/v3/logs',
      handle({ body }) {
        const parsed = logQuerySchema.safeParse(body);
        if (!parsed.success) return errorAnswer(400, 'query is required', 'query');
        const { query, limit } = parsed.data;
        return (
          refusal(account.emailLogs) ?? search(query, limit ?? USUAL_LIMIT, LOG_GRAMMAR, shownLog)
        );
      },
    },
    {
      method: 'GET',
      path: '/v3/logs/:id',
      handle({ params }) {
        const refused = refusal(account.emailLogs);
        if (refused !== null) return refused;
        const found = activity.find(params['id'] ?? '', horizon());
        return found === null
          ? errorAnswer(404, 'message not found', 'sg_message_id')
          : { status: 200, body: logDetail(found) };
      },
    },
  ];
}

const wholeSecond = (at: number): number => Math.floor(at / 1_000) * 1_000;
const isoTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

function readerOf(found: IndexedMessage): FieldReader {
  const { message } = found;
  return (name, key) => {
    switch (name) {
      case 'msg_id':
      case 'sg_message_id':
        return [message.sgMessageId];
      case 'from_email':
        return [message.from];
      case 'to_email':
        return [message.to];
      case 'subject':
        return [message.subject];
      case 'status':
        return [activityStatus(found), logStatus(found)];
      case 'last_event_time':
        return [wholeSecond(found.lastEventAt)];
      case 'sg_message_id_created_at':
        return [wholeSecond(message.acceptedAt)];
      case 'categories':
        return message.categories;
      case 'reason':
        return lastReason(found);
      case 'events':
        return found.events.map(({ event }) => event);
      case 'unique_args': {
        const value = key === null ? undefined : message.customArgs[key];
        return value === undefined ? [] : [value];
      }
      default:
        return undefined;
    }
  };
}

const count = ({ events }: IndexedMessage, name: string): number =>
  events.filter(({ event }) => event === name).length;

function activityStatus(found: IndexedMessage): 'processed' | 'delivered' | 'not_delivered' {
  if (count(found, 'bounce') + count(found, 'dropped') > 0) return 'not_delivered';
  return count(found, 'delivered') > 0 ? 'delivered' : 'processed';
}

function logStatus(found: IndexedMessage): string {
  const last = found.events.findLast(({ event }) =>
    ['processed', 'delivered', 'deferred', 'dropped', 'bounce'].includes(event),
  );
  if (last?.event !== 'bounce') return last?.event ?? 'processed';
  return last.fields['type'] === 'blocked' ? 'blocked' : 'bounced';
}

/** The reason that came last, or nothing. */
function lastReason({ events }: IndexedMessage): readonly string[] {
  const reasons = events.map(({ fields }) => fields['reason']);
  return reasons.filter((reason) => typeof reason === 'string').slice(-1);
}

function shownActivity(found: IndexedMessage): object {
  return {
    from_email: found.message.from,
    msg_id: found.message.sgMessageId,
    subject: found.message.subject,
    to_email: found.message.to,
    status: activityStatus(found),
    opens_count: count(found, 'open'),
    clicks_count: count(found, 'click'),
    last_event_time: isoTime(found.lastEventAt),
  };
}

/** The names that Email Activity has for events. */
const ACTIVITY_NAMES: Readonly<Record<string, string>> = {
  bounce: 'bounced',
  open: 'opened',
  click: 'clicked',
  spamreport: 'spam_report',
};

function activityDetail(found: IndexedMessage): object {
  const { message } = found;
  return {
    ...common(message),
    msg_id: message.sgMessageId,
    status: activityStatus(found),
    categories: message.categories,
    unique_args: JSON.stringify(message.customArgs),
    events: found.events.map(({ event, at, fields }) => ({
      event_name: ACTIVITY_NAMES[event] ?? event,
      processed: isoTime(at),
      reason: fields['reason'],
      attempt_num: fields['attempt'] === undefined ? undefined : Number(fields['attempt']),
      url: fields['url'],
      bounce_type:
        event === 'bounce' ? (fields['type'] === 'blocked' ? 'soft' : 'hard') : undefined,
      http_user_agent: fields['useragent'],
    })),
  };
}

function shownLog(found: IndexedMessage): object {
  return {
    from_email: found.message.from,
    sg_message_id: found.message.sgMessageId,
    subject: found.message.subject,
    to_email: found.message.to,
    reason: lastReason(found)[0],
    status: logStatus(found),
    sg_message_id_created_at: isoTime(found.message.acceptedAt),
  };
}

function logDetail(found: IndexedMessage): object {
  const { message } = found;
  return {
    ...common(message),
    sg_message_id: message.sgMessageId,
    status: logStatus(found),
    category: message.categories,
    client_ip: '192.0.2.10',
    custom_args: message.customArgs,
    events: found.events.map(({ event, at, fields }) => ({
      event,
      date: isoTime(at),
      ...fields,
    })),
  };
}

function common(message: SentMessage): object {
  return {
    from_email: message.from,
    subject: message.subject,
    to_email: message.to,
    ...(message.asmGroupId !== null && { asm_group_id: message.asmGroupId }),
    api_key_id: 'emulator',
    outbound_ip: '192.0.2.25',
    outbound_ip_type: 'shared',
  };
}
