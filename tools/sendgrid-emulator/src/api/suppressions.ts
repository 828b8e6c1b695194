import { z } from 'zod';
import { isEmailAddress, normalizeEmail, type Clock } from '@cadenza/domain';
import { errorAnswer, type ApiAnswer } from '../api-error.ts';
import {
  SUPPRESSION_LISTS,
  type SuppressionEntry,
  type SuppressionList,
  type Suppressions,
} from '../suppressions.ts';
import { page, type ApiRequest, type Route } from './route.ts';

const PAGE = 500;
const NO_CONTENT: ApiAnswer = { status: 204 };
const recipientsSchema = z.object({ recipient_emails: z.array(z.string()).min(1) });
const deletionSchema = z.union([
  z.object({ delete_all: z.literal(true) }),
  z.object({ delete_all: z.literal(false).optional(), emails: z.array(z.string()).min(1) }),
]);

const shown = (entry: SuppressionEntry): object => ({
  ...entry,
  created: Math.floor(entry.created / 1_000),
});

/** The account-wide lists, global unsubscribes and unsubscribe groups. */
export function suppressionRoutes(suppressions: Suppressions, clock: Clock): readonly Route[] {
  return [
    ...SUPPRESSION_LISTS.flatMap((list) => listRoutes(list, suppressions)),
    ...globalRoutes(suppressions, clock),
    ...groupRoutes(suppressions),
  ];
}

function listRoutes(list: SuppressionList, suppressions: Suppressions): Route[] {
  const path = `/v3/suppression/${list}`;
  const one = (request: ApiRequest): string => request.params['email'] ?? '';
  return [
    {
      method: 'GET',
      path,
      handle({ query }) {
        const from = Number(query.get('start_time') ?? 0) * 1_000;
        const to = Number(query.get('end_time') ?? Infinity) * 1_000;
        const start = query.get('email')?.replace(/%$/, '').toLowerCase() ?? '';
        const entries = suppressions
          .entries(list)
          .filter(
            ({ created, email }) => created >= from && created <= to && email.startsWith(start),
          )
          .sort((x, y) => y.created - x.created);
        return { status: 200, body: page(entries, query, PAGE).map(shown) };
      },
    },
    {
      method: 'DELETE',
      path,
      handle({ body }) {
        const wanted = deletionSchema.safeParse(body);
        if (!wanted.success) {
          return errorAnswer(400, 'either delete_all or emails must be set', 'emails');
        }
        if ('emails' in wanted.data) {
          for (const email of wanted.data.emails) suppressions.remove(list, email);
        } else {
          suppressions.clear(list);
        }
        return NO_CONTENT;
      },
    },
    {
      method: 'GET',
      path: `${path}/:email`,
      handle(request) {
        const entry = suppressions.get(list, one(request));
        return { status: 200, body: entry === undefined ? [] : [shown(entry)] };
      },
    },
    {
      method: 'DELETE',
      path: `${path}/:email`,
      handle: (request) =>
        suppressions.remove(list, one(request)) ? NO_CONTENT : errorAnswer(404, 'not found'),
    },
  ];
}

function globalRoutes(suppressions: Suppressions, clock: Clock): Route[] {
  const path = '/v3/asm/suppressions/global';
  return [
    {
      method: 'POST',
      path,
      handle({ body }) {
        const wanted = recipientsSchema.safeParse(body);
        if (!wanted.success)
          return errorAnswer(400, 'No recipient emails provided', 'recipient_emails');
        const emails = wanted.data.recipient_emails.map(normalizeEmail).filter(isEmailAddress);
        for (const email of emails)
          suppressions.add('unsubscribes', { email, created: clock.now() });
        return { status: 201, body: { recipient_emails: emails } };
      },
    },
    {
      method: 'GET',
      path: `${path}/:email`,
      handle({ params }) {
        const entry = suppressions.get('unsubscribes', params['email'] ?? '');
        return { status: 200, body: entry === undefined ? {} : { recipient_email: entry.email } };
      },
    },
    {
      method: 'DELETE',
      path: `${path}/:email`,
      handle({ params }) {
        suppressions.remove('unsubscribes', params['email'] ?? '');
        return NO_CONTENT;
      },
    },
  ];
}

function groupRoutes(suppressions: Suppressions): Route[] {
  const path = '/v3/asm/groups/:group/suppressions';
  const groupOf = (request: ApiRequest): Set<string> =>
    suppressions.group(Number(request.params['group']));
  return [
    {
      method: 'POST',
      path,
      handle(request) {
        const wanted = recipientsSchema.safeParse(request.body);
        if (!wanted.success)
          return errorAnswer(400, 'No recipient emails provided', 'recipient_emails');
        const emails = wanted.data.recipient_emails.map(normalizeEmail).filter(isEmailAddress);
        for (const email of emails) groupOf(request).add(email);
        return { status: 201, body: { recipient_emails: emails } };
      },
    },
    { method: 'GET', path, handle: (request) => ({ status: 200, body: [...groupOf(request)] }) },
    {
      method: 'POST',
      path: `${path}/search`,
      handle(request) {
        const wanted = recipientsSchema.safeParse(request.body);
        const asked = wanted.success ? wanted.data.recipient_emails.map(normalizeEmail) : [];
        return { status: 200, body: asked.filter((email) => groupOf(request).has(email)) };
      },
    },
    {
      method: 'DELETE',
      path: `${path}/:email`,
      handle(request) {
        groupOf(request).delete(normalizeEmail(request.params['email'] ?? ''));
        return NO_CONTENT;
      },
    },
    {
      method: 'GET',
      path: '/v3/asm/suppressions/:email',
      handle({ params }) {
        const email = normalizeEmail(params['email'] ?? '');
        const groups = suppressions.groupIds().map((id) => ({
          id,
          name: `Group ${id}`,
          description: '',
          is_default: false,
          suppressed: suppressions.group(id).has(email),
        }));
        return { status: 200, body: { suppressions: groups } };
      },
    },
  ];
}
