import { explainEnrollment, WHY_GATES, WHY_LIMIT_SCOPES, type WhyGate } from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, instant } from '../http/fields.ts';
import { found } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const gate = z
  .strictObject({
    gate: z.enum(WHY_GATES),
    state: z.enum(['open', 'closed']),
    reason: z.string().meta({ description: 'In words.' }),
    opensAt: instant.nullable().meta({
      description:
        'Of a closed gate: when it opens by itself, as far as is known now; null where only an event or somebody’s decision opens it.',
    }),
    limit: z
      .strictObject({
        scope: z.enum(WHY_LIMIT_SCOPES),
        windowSeconds: z.number(),
        maxMessages: z.int(),
        warmUp: z.boolean().meta({ description: 'It is the allowance of a warm-up ramp.' }),
      })
      .nullable()
      .meta({ description: 'Of the gate `limit`: which one. There is one gate for each.' }),
  })
  .meta({ id: 'WhyGate' });

const explanation = z
  .strictObject({
    enrollmentId: id,
    at: instant.meta({ description: 'The campaign time for which this holds.' }),
    answer: gate.meta({
      description:
        'The gate to look at: the first that no time opens, else the one that opens last. Where all are open it is `turn`, and the message goes in the next round.',
    }),
    expectedAt: instant.nullable().meta({
      description: 'When the message is expected to leave, if nothing changes; null: not known.',
    }),
    next: z
      .strictObject({
        nodeId: z.string(),
        visit: z.int(),
        attempt: z.int(),
        messageId: id.nullable().meta({
          description: 'Null where a silence has to pass before the message is planned.',
        }),
        dueAt: instant.meta({ description: 'When the plan wants it.' }),
      })
      .nullable()
      .meta({ description: 'The step that comes next if nobody does anything.' }),
    gates: z.array(gate).meta({ description: 'Every gate before the next message.' }),
  })
  .meta({ id: 'Explanation' });

const params = z.strictObject({ id });

export function whyRoutes(
  deps: Pick<ApiDeps, 'store' | 'plans' | 'limiter' | 'clock' | 'settings'>,
): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/enrollments/:id/why',
      operation: 'explainEnrollment',
      tag: 'Enrollments',
      summary: 'Why its next message has not been sent, and when it is expected to be',
      params,
      response: explanation,
      async handle({ tenantId, params: { id: enrollmentId } }) {
        const explained = await explainEnrollment(
          { tenantId, id: enrollmentId },
          {
            store: deps.store,
            plans: deps.plans,
            limiter: deps.limiter,
            graceMs: deps.settings.graceMs,
            rate: deps.clock.rate,
          },
        );
        const { at, answer, expectedAt, next, gates } = found(
          explained,
          'enrollment',
          enrollmentId,
        );
        return {
          enrollmentId,
          at: new Date(at),
          answer: gateBody(answer),
          expectedAt: expectedAt === null ? null : new Date(expectedAt),
          next: next && { ...next, dueAt: new Date(next.dueAt) },
          gates: gates.map(gateBody),
        };
      },
    }),
  ];
}

function gateBody({ gate: name, state, reason, opensAt, limit }: WhyGate) {
  return {
    gate: name,
    state,
    reason,
    opensAt: opensAt === null ? null : new Date(opensAt),
    limit: limit ?? null,
  };
}
