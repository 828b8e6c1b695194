import type { Problem } from '@cadenza/domain';
import { PLAN_LIMITS, planSchema, type Plan } from '../schema/plan-schema.ts';
import { formProblems } from '../schema/schema-problems.ts';
import { compilePlan } from './compile.ts';
import type { CompiledPlan } from './compiled-plan.ts';
import { flowProblems } from './flow.ts';
import { smsProblems } from './sms.ts';
import { structureProblems } from './structure.ts';
import { templateProblems } from './templates.ts';
import { timeProblems } from './times.ts';
import { planWarnings } from './warnings.ts';

export type ParsePlanResult =
  | { readonly ok: true; readonly plan: CompiledPlan; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The input as plain JSON data of its own, or what forbids that. */
function plainJson(input: unknown): { readonly value: unknown } | Problem {
  let json: string | undefined;
  try {
    json = JSON.stringify(input);
  } catch {
    json = undefined;
  }
  if (json === undefined) {
    return { path: '', code: 'not_json', message: 'expected a plan object as JSON can express it' };
  }
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > PLAN_LIMITS.planBytes) {
    return {
      path: '',
      code: 'too_long',
      message: `${bytes} bytes of JSON: expected at most ${PLAN_LIMITS.planBytes}`,
    };
  }
  return { value: JSON.parse(json) as unknown };
}

function variableProblems(plan: Plan): Problem[] {
  return plan.nodes.flatMap((node, n) => {
    if (node.action !== 'send') return [];
    return (['subject', 'body', 'text'] as const).flatMap((key) =>
      templateProblems(node[key] ?? '').map((problem) => ({
        path: `nodes[${n}].${key}`,
        ...problem,
      })),
    );
  });
}

/**
 * Checks a plan and compiles it. All problems that can be told apart are reported at once: those of
 * form first, and only where there are none those of meaning.
 */
export function parsePlan(input: unknown): ParsePlanResult {
  const plain = plainJson(input);
  if ('code' in plain) return { ok: false, problems: [plain] };
  const parsed = planSchema.safeParse(plain.value);
  if (!parsed.success) {
    return { ok: false, problems: formProblems(parsed.error.issues, plain.value) };
  }
  const structure = structureProblems(parsed.data);
  const rest = [
    ...timeProblems(parsed.data),
    ...variableProblems(parsed.data),
    ...smsProblems(parsed.data),
  ];
  if (structure.length > 0) return { ok: false, problems: [...structure, ...rest] };
  const plan = compilePlan(parsed.data);
  const problems = [...flowProblems(plan), ...rest];
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, plan, warnings: planWarnings(plan) };
}
