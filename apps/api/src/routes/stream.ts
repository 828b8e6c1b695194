import { FEED_EVENT_TYPES } from '@cadenza/domain';
import { z } from 'zod';
import { id } from '../http/fields.ts';
import { HttpProblem, notAsExpected } from '../http/problem.ts';
import type { Caller } from '../http/caller.ts';
import { route, type Route } from '../http/route.ts';
import type { ApiDeps } from '../deps.ts';
import { createStreamPlaces } from '../stream/places.ts';
import { createDepthReader, QUEUE_DEPTHS } from '../stream/queue-depths.ts';
import { startStream, streamEvents } from '../stream/stream-events.ts';

/** Streams of one caller, of one tenant, and of all, in one process. */
const PLACES = { perCaller: 5, perTenant: 50, inAll: 500 };
const TYPES = [...FEED_EVENT_TYPES, QUEUE_DEPTHS];
const KNOWN = new Set<string>(TYPES);

const position = z
  .string()
  .regex(/^\d{1,15}$/, 'a whole number, as the id of the last event was')
  .transform(Number);

/** The types that a list names, all of them where it is missing. */
const types = z
  .string()
  .transform((text) => text.split(','))
  .refine((names) => names.every((name) => KNOWN.has(name)), {
    error: `types after commas, among ${TYPES.join(', ')}`,
  })
  .optional();

export function streamRoutes({
  queues,
  settings,
}: Pick<ApiDeps, 'queues' | 'settings'>): readonly Route[] {
  const places = createStreamPlaces(PLACES);
  const readDepths = createDepthReader(queues);
  /** What the queues hold is about all tenants. */
  const isOperator = ({ tenantId, scopes }: Caller) =>
    tenantId === settings.operatorTenant && scopes.includes('admin');
  return [
    route({
      method: 'GET',
      path: '/stream',
      operation: 'streamEvents',
      tag: 'Live updates',
      summary:
        'What happens from now on, or since the event that Last-Event-ID names, as it happens',
      query: z.strictObject({
        types: types.meta({
          description: `Types of events after commas; all by default. ${QUEUE_DEPTHS} is for operators of the installation.`,
        }),
        campaignId: id.optional().meta({ description: 'What concerns this campaign alone.' }),
        lastEventId: position
          .optional()
          .meta({ description: 'For clients that cannot send the header Last-Event-ID.' }),
      }),
      produces: 'text/event-stream',
      response: z.string().meta({
        description:
          'Server-sent events. `ready` comes first; `reset` in its place where what happened since is not kept: read the state anew. `end`: what it was opened with, a key or a session, has ended.',
      }),
      async handle(context) {
        const { query, request, reply, caller } = context;
        const wanted = query.types && new Set<string>(query.types);
        const operates = isOperator(caller);
        if (wanted?.has(QUEUE_DEPTHS) === true && !operates) {
          throw new HttpProblem(
            'forbidden',
            `${QUEUE_DEPTHS} is about all tenants: it is told to admins of the tenant that operates the installation.`,
          );
        }
        const release = places.take(context);
        if (release === null) {
          throw new HttpProblem(
            'too-many-requests',
            `${PLACES.perCaller} streams of a caller, ${PLACES.perTenant} of a tenant, and ${PLACES.inAll} of all may be open: close some.`,
          );
        }
        // Before anything is waited for: who goes meanwhile is not told of again.
        const gone = new AbortController();
        const leave = () => {
          release();
          gone.abort();
        };
        reply.raw.once('close', leave);
        if (reply.raw.destroyed) leave();
        try {
          const after = headerPosition(request.headers['last-event-id']) ?? query.lastEventId;
          const start = await startStream(context, after ?? null);
          // Proxies that keep answers back until they are whole are asked not to. A connection that
          // has carried a stream is of no further use, and would keep a server that stops.
          reply.headers({ 'x-accel-buffering': 'no', connection: 'close' });
          const isAll = wanted === undefined && query.campaignId === undefined;
          return streamEvents(context, start, {
            stopping: AbortSignal.any([request.server.stopping, gone.signal]),
            depths: operates && (isAll || wanted?.has(QUEUE_DEPTHS) === true) ? readDepths : null,
            wants: ({ type, data }) =>
              (wanted === undefined || wanted.has(type)) &&
              (query.campaignId === undefined || data['campaignId'] === query.campaignId),
          });
        } catch (error) {
          release();
          throw error;
        }
      },
    }),
  ];
}

/** @throws HttpProblem where the header is no position. */
function headerPosition(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  const parsed = position.safeParse(header);
  if (parsed.success) return parsed.data;
  const message = 'expected a whole number, as the id of the last event was';
  throw notAsExpected([{ path: 'Last-Event-ID', code: 'invalid_value', message }]);
}
