import {
  enrollmentExists,
  findContact,
  findEnrollment,
  listContactEnrollments,
  readTimeline,
  storeWithin,
} from '@cadenza/database';
import { ENROLLMENT_STATUSES } from '@cadenza/domain';
import { sendNow, stopEnrollments, type SendNowRefusal } from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, instant, reason } from '../http/fields.ts';
import {
  limit,
  pageBody,
  pageQuery,
  pageRequest,
  pageSchema,
  positionCursor,
  positionCursorOf,
} from '../http/paging.ts';
import { found, HttpProblem, notFound } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const summary = {
  id,
  campaignId: id,
  contactId: id,
  planVersionId: id,
  timezone: z.string().nullable(),
  status: z.enum(ENROLLMENT_STATUSES),
  phase: z.string(),
  nodeId: z.string().nullable(),
  visit: z.int(),
  attempt: z.int(),
  endReason: z.string().nullable(),
  version: z.int().meta({ description: 'Recorded inputs so far.' }),
  enrolledAt: instant,
  createdAt: instant,
  updatedAt: instant,
};

export const enrollmentSummary = z.strictObject(summary).meta({ id: 'EnrollmentSummary' });

const pendingAction = z
  .strictObject({
    id,
    type: z.enum(['send', 'timeout']),
    timer: z.string().nullable(),
    nodeId: z.string(),
    visit: z.int(),
    attempt: z.int(),
    status: z.string(),
    dueAt: instant.meta({ description: 'When the plan wants it.' }),
    runAt: instant.meta({ description: 'When windows and quiet hours allow it.' }),
    notAfter: instant.nullable(),
  })
  .meta({ id: 'PendingAction' });

const enrollment = z
  .strictObject({
    ...summary,
    state: z.looseObject({}).meta({ description: 'The state machine’s own state.' }),
    pendingActions: z.array(pendingAction),
  })
  .meta({ id: 'Enrollment' });

const timelineEntry = z
  .strictObject({
    kind: z.enum(['message', 'event', 'transition', 'end']),
    at: instant.meta({ description: 'Its own time.' }),
    type: z.string().meta({
      description: 'Of a message: the status that it has today, not the one of that time.',
    }),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineEntry' });

const hurriedSend = z
  .strictObject({
    nodeId: z.string(),
    visit: z.int(),
    runAt: instant.meta({
      description:
        'When it may leave by the plan: now, or when a window opens, or the person is back. Limits and pauses may keep it longer: see `why`.',
    }),
    inWindow: z.boolean().meta({ description: 'Whether windows and quiet hours count for it.' }),
  })
  .meta({ id: 'HurriedSend' });

/** Why nothing can be sent at once, as it is answered. */
const NOT_NOW: Readonly<Record<SendNowRefusal, string>> = {
  ended: 'The enrollment has ended: nothing more is sent.',
  handed_off: 'Its last message is being handed over: expected a message that waits.',
  waits_for_event:
    'It waits for what the person does, or for a silence: which message comes next is not decided.',
  waits_for_retry:
    'Its last message has bounced or was lost, and is tried again by itself: that cannot be hurried.',
};

const tag = 'Enrollments';
const params = z.strictObject({ id });

export function enrollmentRoutes(
  deps: Pick<ApiDeps, 'plans' | 'clock' | 'settings'>,
): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/contacts/:id/enrollments',
      operation: 'listContactEnrollments',
      tag,
      summary: 'List what a contact takes part in, or has taken part in, newest first',
      params,
      query: z.strictObject({ ...pageQuery, status: z.enum(ENROLLMENT_STATUSES).optional() }),
      response: pageSchema(enrollmentSummary),
      handle: ({ tenantId, params: { id: contactId }, query, tx }) =>
        tx(async (trx) => {
          found(await findContact(trx, tenantId, contactId), 'contact', contactId);
          const filter = { contactId, status: query.status };
          return pageBody(await listContactEnrollments(trx, tenantId, pageRequest(query), filter));
        }),
    }),
    route({
      method: 'GET',
      path: '/enrollments/:id',
      operation: 'getEnrollment',
      tag,
      summary: 'Read an enrollment with its state and what lies ahead of it',
      params,
      response: enrollment,
      async handle({ tenantId, params: { id: enrollmentId }, tx }) {
        const row = await tx((trx) => findEnrollment(trx, tenantId, enrollmentId));
        const { state, ...rest } = found(row, 'enrollment', enrollmentId);
        return { ...rest, state: { ...state } };
      },
    }),
    route({
      method: 'GET',
      path: '/enrollments/:id/timeline',
      operation: 'readTimeline',
      tag,
      summary: 'All that happened in an enrollment, by its own time, oldest first',
      params,
      query: z.strictObject({ limit, cursor: positionCursor }),
      response: pageSchema(timelineEntry),
      handle: ({ tenantId, params: { id: enrollmentId }, query, tx }) =>
        tx(async (trx) => {
          if (!(await enrollmentExists(trx, tenantId, enrollmentId))) {
            throw notFound('enrollment', enrollmentId);
          }
          const page = {
            limit: pageRequest({ limit: query.limit }).limit,
            after: query.cursor ?? null,
          };
          const { items, next } = await readTimeline(trx, tenantId, enrollmentId, page);
          return {
            items: items.map(({ kind, at, type, detail }) => ({
              kind,
              at: new Date(at),
              type,
              detail,
            })),
            nextCursor: positionCursorOf(next),
          };
        }),
    }),
    route({
      method: 'POST',
      path: '/enrollments/:id/send-now',
      operation: 'sendNow',
      tag,
      summary: 'Make the message that an enrollment waits to send due at once',
      params,
      body: z
        .strictObject({
          ignoreWindows: z.boolean().optional().meta({
            description: 'Send windows and quiet hours do not count either; false by default.',
          }),
        })
        .optional(),
      response: hurriedSend,
      answersIn: 'transaction',
      handle: ({ tenantId, params: { id: enrollmentId }, body, tx }) =>
        tx(async (trx) => {
          const result = found(
            await sendNow(
              { tenantId, enrollmentId, anyTime: body?.ignoreWindows ?? false },
              {
                store: storeWithin(trx),
                plans: deps.plans,
                now: () => deps.clock.now(),
                graceMs: deps.settings.graceMs,
              },
            ),
            'enrollment',
            enrollmentId,
          );
          if ('refused' in result) {
            const message = NOT_NOW[result.refused];
            const problem = { path: '', code: result.refused, message };
            throw new HttpProblem('conflict', message, [problem]);
          }
          return { ...result, runAt: new Date(result.runAt) };
        }),
    }),
    route({
      method: 'POST',
      path: '/enrollments/:id/stop',
      operation: 'stopEnrollment',
      tag,
      summary: 'End an enrollment; what has been handed off cannot be called back',
      params,
      body: z.strictObject({ reason: reason.optional() }).optional(),
      response: z.strictObject({
        stopped: z.boolean().meta({ description: 'False where it had ended before.' }),
      }),
      answersIn: 'transaction',
      handle: ({ tenantId, params: { id: enrollmentId }, body, tx }) =>
        tx(async (trx) => {
          if (!(await enrollmentExists(trx, tenantId, enrollmentId))) {
            throw notFound('enrollment', enrollmentId);
          }
          const stopped = await stopEnrollments(
            { tenantId, enrollmentIds: [enrollmentId], reason: body?.reason ?? 'operator' },
            {
              store: storeWithin(trx),
              plans: deps.plans,
              now: () => deps.clock.now(),
              graceMs: deps.settings.graceMs,
            },
          );
          return { stopped: stopped.length > 0 };
        }),
    }),
  ];
}
