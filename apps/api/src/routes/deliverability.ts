import { findGuardThresholds, findTenantStatus, setGuardThresholds } from '@cadenza/database';
import {
  DEFAULT_GUARD_THRESHOLDS,
  GUARD_LEVELS,
  GUARD_SCOPES,
  GUARD_WINDOWS_MS,
  GUARDED_RATES,
  judgeRates,
  type GuardThresholds,
} from '@cadenza/engine';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { found, HttpProblem } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';

const share = z.number().min(0).max(1);
const fields = {
  warn: share,
  pause: share,
  stop: share,
  minSample: z.int().min(1).max(1_000_000_000).meta({
    description: 'Messages handed over in the window, below which nothing is said.',
  }),
  minFailed: z.int().min(1).max(1_000_000_000).meta({
    description: 'People whose mail came back in the window, below whom nothing is done.',
  }),
};
const rateThresholds = z.strictObject(fields).meta({
  id: 'RateThresholds',
  description: 'From which share of people to messages on something is done, from 0 to 1.',
});
const thresholds = z
  .strictObject({ bounce: rateThresholds, complaint: rateThresholds })
  .meta({ id: 'GuardThresholds' });
const changes = z.strictObject({
  bounce: z.strictObject(fields).partial().optional(),
  complaint: z.strictObject(fields).partial().optional(),
});

const level = z.enum(GUARD_LEVELS);
const judgement = z
  .strictObject({
    scope: z.enum(GUARD_SCOPES),
    reference: z
      .string()
      .meta({ description: 'The sender identity’s id, the domain, the tenant’s id.' }),
    level: level.meta({ description: 'The worst of its rates.' }),
    paused: z.boolean().meta({ description: 'Whether all of its senders are paused.' }),
    rates: z.array(
      z.strictObject({
        kind: z.enum(GUARDED_RATES),
        windowHours: z.int(),
        sent: z.int(),
        failed: z.int(),
        rate: share.nullable(),
        level,
      }),
    ),
  })
  .meta({ id: 'Deliverability' });

const report = z.strictObject({ thresholds, items: z.array(judgement) });

const tag = 'Deliverability';
const HOUR_MS = 3_600_000;

/** @throws HttpProblem where the thresholds do not rise. */
function assertRising(next: GuardThresholds): void {
  const problems = GUARDED_RATES.filter((kind) => {
    const { warn, pause, stop } = next[kind];
    return !(warn <= pause && pause <= stop);
  }).map((kind) => ({
    path: kind,
    code: 'not_rising',
    message: 'expected warn to be at most pause, and pause at most stop',
  }));
  if (problems.length > 0) {
    throw new HttpProblem('invalid-request', 'The thresholds do not rise.', problems);
  }
}

export function deliverabilityRoutes(deps: Pick<ApiDeps, 'store'>): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/deliverability',
      operation: 'getDeliverability',
      tag,
      summary:
        'Read how much of what senders, their domains and the tenant sent came back, and what is thought of it',
      response: report,
      async handle({ tenantId, tx }) {
        const tenant = found(
          await tx((trx) => findTenantStatus(trx, tenantId)),
          'tenant',
          tenantId,
        );
        return deps.store.transaction([tenantId], async (engine) => {
          const holding = await engine.guardThresholds(tenantId);
          const counts = await engine.senderCounts(tenantId, GUARD_WINDOWS_MS);
          const going = new Set(
            counts.filter(({ paused }) => !paused).map((one) => one.senderIdentityId),
          );
          return {
            thresholds: holding,
            items: judgeRates(tenantId, counts, holding).map((one) => ({
              scope: one.scope,
              reference: one.reference,
              level: one.level,
              paused:
                tenant.status === 'paused' || one.senderIdentityIds.every((id) => !going.has(id)),
              rates: one.rates.map(({ windowMs, ...rate }) => ({
                ...rate,
                windowHours: windowMs / HOUR_MS,
              })),
            })),
          };
        });
      },
    }),
    route({
      method: 'PUT',
      path: '/deliverability/thresholds',
      operation: 'putGuardThresholds',
      auditsItself: true,
      scope: 'admin',
      tag,
      summary: 'Set from which rates on something is done: what is given',
      body: changes,
      response: thresholds,
      handle: ({ tenantId, actor, body, tx }) =>
        tx((trx) =>
          setGuardThresholds(trx, tenantId, body, {
            actor,
            check: assertRising,
          }),
        ),
    }),
    route({
      method: 'GET',
      path: '/deliverability/thresholds',
      operation: 'getGuardThresholds',
      tagged: { row: 'tenants' },
      tag,
      summary: 'Read from which rates on something is done',
      response: thresholds,
      handle: async ({ tenantId, tx }) =>
        (await tx((trx) => findGuardThresholds(trx, tenantId))) ?? DEFAULT_GUARD_THRESHOLDS,
    }),
  ];
}
