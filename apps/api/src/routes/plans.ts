import {
  addPlanVersion,
  findPlan,
  findPlanVersion,
  insertPlan,
  knownSenderIdentities,
  listPlans,
  templateContents,
  type PlanContent,
  type Schema,
} from '@cadenza/database';
import type { Id, Problem } from '@cadenza/domain';
import { checkPlan } from '@cadenza/engine';
import {
  canonicalPlanJson,
  importPlan,
  PLAN_LIMITS,
  planHash,
  templateReferences,
  withTemplates,
  type CompiledPlan,
  type ParsePlanResult,
} from '@cadenza/plan';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { id, instant, line, problem, warnings } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem, notFound } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';
import { storableProblem } from '../http/storable.ts';

const planSummary = z
  .strictObject({ id, name: z.string(), createdAt: instant, updatedAt: instant })
  .meta({ id: 'PlanSummary' });
const versionSummary = z
  .strictObject({
    id,
    planId: id,
    version: z.int(),
    planHash: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'PlanVersionSummary' });
const planDetail = planSummary.extend({ versions: z.array(versionSummary) }).meta({ id: 'Plan' });
const planVersion = versionSummary
  .extend({ plan: z.unknown().meta({ description: 'Plan 1.0' }) })
  .meta({ id: 'PlanVersion' });

const planJson = z.unknown().meta({ description: 'Plan 1.0 in JSON.' });
const planName = line(200);
const params = z.strictObject({ id });
const tag = 'Plans';
/** A plan in JSON with what surrounds it, and escapes in it. */
const bodyLimit = 2 * PLAN_LIMITS.planBytes;

interface CheckedPlan {
  readonly plan: CompiledPlan;
  readonly content: PlanContent;
  readonly warnings: readonly Problem[];
}

/** Checks a plan with the content of the templates that it names. */
async function checkFilled(
  trx: Transaction<Schema>,
  tenantId: Id,
  input: unknown,
): Promise<ParsePlanResult> {
  const contents = await templateContents(trx, tenantId, templateReferences(input));
  const { plan, problems } = withTemplates(input, contents);
  return problems.length > 0 ? { ok: false, problems } : checkPlan(plan);
}

/** @throws HttpProblem with all that is wrong; paths count from the body. */
async function acceptedPlan(
  trx: Transaction<Schema>,
  tenantId: Id,
  input: unknown,
): Promise<CheckedPlan> {
  const parsed = await checkFilled(trx, tenantId, input);
  const problems = parsed.ok ? unstorable(parsed.plan) : parsed.problems;
  if (!parsed.ok || problems.length > 0) {
    throw new HttpProblem(
      'unprocessable',
      'The plan is not valid.',
      problems.map((one) => ({ ...one, path: one.path === '' ? 'plan' : `plan.${one.path}` })),
    );
  }
  const { plan } = parsed;
  return {
    plan,
    content: { json: canonicalPlanJson(plan), hash: planHash(plan) },
    warnings: parsed.warnings,
  };
}

function unstorable(plan: CompiledPlan): Problem[] {
  const expected = storableProblem(plan.source);
  return expected === null
    ? []
    : [{ path: '', code: 'invalid_value', message: `a text of the plan: expected ${expected}` }];
}

/** Sender identities that a plan's nodes name are the tenant's own. @throws HttpProblem */
async function checkSenders(
  trx: Transaction<Schema>,
  tenantId: Id,
  { source }: CompiledPlan,
): Promise<void> {
  const named = source.nodes.flatMap((node, n) =>
    node.action === 'send' && node.senderIdentityId !== undefined
      ? [
          {
            path: `plan.nodes[${n}].senderIdentityId`,
            senderId: node.senderIdentityId,
            channel: node.channel,
          },
        ]
      : [],
  );
  const known = await knownSenderIdentities(
    trx,
    tenantId,
    named.map(({ senderId }) => senderId),
  );
  const missing = named.filter(
    ({ senderId, channel }) => known.get(senderId.toLowerCase()) !== channel,
  );
  if (missing.length > 0) {
    throw new HttpProblem(
      'unprocessable',
      'The plan names sender identities that do not exist.',
      missing.map(({ path, senderId, channel }) => ({
        path,
        code: 'not_found',
        message: `"${senderId}": expected the id of ${channel === 'sms' ? 'an SMS sender' : 'a sender identity'} of yours`,
      })),
    );
  }
}

/** Writes a new plan, and answers with it. */
async function createPlan(
  trx: Transaction<Schema>,
  tenantId: Id,
  name: string,
  checked: CheckedPlan,
) {
  await checkSenders(trx, tenantId, checked.plan);
  const created = await insertPlan(trx, tenantId, { name, content: checked.content });
  return found(await findPlan(trx, tenantId, created), 'plan', created);
}

export const planRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/plans/validate',
    operation: 'validatePlan',
    tag,
    summary: 'Check a plan, and keep nothing of it',
    scope: 'read',
    body: planJson,
    bodyLimit,
    response: z
      .strictObject({ valid: z.boolean(), problems: z.array(problem), warnings })
      .meta({ id: 'PlanCheck' }),
    async handle({ tenantId, body, tx }) {
      const parsed = await tx((trx) => checkFilled(trx, tenantId, body));
      return parsed.ok
        ? { valid: true, problems: [], warnings: parsed.warnings }
        : { valid: false, problems: parsed.problems, warnings: [] };
    },
  }),
  route({
    method: 'POST',
    path: '/plans/import',
    operation: 'importPlan',
    answersIn: 'transaction',
    tag,
    summary: 'Create a plan from an older form: what was rewritten is said',
    body: z.strictObject({ name: planName, plan: planJson }),
    bodyLimit,
    status: 201,
    response: z.strictObject({
      plan: planDetail,
      changes: z.array(z.strictObject({ path: z.string(), from: z.string(), to: z.string() })),
      warnings,
    }),
    handle({ tenantId, body, tx }) {
      const { plan: rewritten, changes } = importPlan(body.plan);
      return tx(async (trx) => {
        const checked = await acceptedPlan(trx, tenantId, rewritten);
        const plan = await createPlan(trx, tenantId, body.name, checked);
        return { plan, changes, warnings: checked.warnings };
      });
    },
  }),
  route({
    method: 'POST',
    path: '/plans',
    operation: 'createPlan',
    answersIn: 'transaction',
    tag,
    summary: 'Create a plan with its first version',
    body: z.strictObject({ name: planName, plan: planJson }),
    bodyLimit,
    status: 201,
    response: z.strictObject({ plan: planDetail, warnings }),
    handle: ({ tenantId, body, tx }) =>
      tx(async (trx) => {
        const checked = await acceptedPlan(trx, tenantId, body.plan);
        const plan = await createPlan(trx, tenantId, body.name, checked);
        return { plan, warnings: checked.warnings };
      }),
  }),
  route({
    method: 'GET',
    path: '/plans',
    operation: 'listPlans',
    tag,
    summary: 'List plans, newest first',
    query: z.strictObject(pageQuery),
    response: pageSchema(planSummary),
    handle: async ({ tenantId, query, tx }) =>
      pageBody(await tx((trx) => listPlans(trx, tenantId, pageRequest(query)))),
  }),
  route({
    method: 'GET',
    path: '/plans/:id',
    operation: 'getPlan',
    tag,
    summary: 'Read a plan with its versions, newest first',
    params,
    response: planDetail,
    handle: async ({ tenantId, params: { id: planId }, tx }) =>
      found(await tx((trx) => findPlan(trx, tenantId, planId)), 'plan', planId),
  }),
  route({
    method: 'POST',
    path: '/plans/:id/versions',
    operation: 'createPlanVersion',
    changesBeside: true,
    answersIn: 'transaction',
    tag,
    summary: 'Add a version to a plan',
    params,
    body: z.strictObject({ plan: planJson }),
    bodyLimit,
    status: 201,
    otherStatus: { status: 200, when: 'A version of this plan has the same content: that one.' },
    response: z.strictObject({ version: versionSummary, warnings }),
    handle: ({ tenantId, params: { id: planId }, body, reply, tx }) =>
      tx(async (trx) => {
        const checked = await acceptedPlan(trx, tenantId, body.plan);
        await checkSenders(trx, tenantId, checked.plan);
        const added = await addPlanVersion(trx, tenantId, planId, checked.content);
        if (added === null) throw notFound('plan', planId);
        reply.code(added.created ? 201 : 200);
        return { version: added.version, warnings: checked.warnings };
      }),
  }),
  route({
    method: 'GET',
    path: '/plans/:id/versions/:version',
    operation: 'getPlanVersion',
    tag,
    summary: 'Read a version of a plan',
    params: z.strictObject({
      id,
      version: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, 'the number of a version, from 1')
        .meta({ type: 'integer', minimum: 1, maximum: 999_999_999 })
        .transform(Number),
    }),
    response: planVersion,
    handle: async ({ tenantId, params: { id: planId, version }, tx }) =>
      found(
        await tx((trx) => findPlanVersion(trx, tenantId, planId, version)),
        'plan version',
        `${planId}/${version}`,
      ),
  }),
  route({
    method: 'GET',
    path: '/plans/:id/export',
    operation: 'exportPlan',
    tag,
    summary: 'The newest version of a plan as Plan 1.0, to be kept in a file',
    params,
    response: planJson,
    async handle({ tenantId, params: { id: planId }, reply, tx }) {
      const newest = found(
        await tx((trx) => findPlanVersion(trx, tenantId, planId, 'newest')),
        'plan',
        planId,
      );
      reply.header('content-disposition', `attachment; filename="plan-${planId}.json"`);
      return newest.plan;
    },
  }),
];
