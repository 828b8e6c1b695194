import { InvalidInputError, type Problem } from '@cadenza/domain';
import { parsePlan, type ParsePlanResult, type Plan } from '@cadenza/plan';
import { compileMessage } from '@cadenza/rendering';

/** Where a problem of a template lies: the part, and the place in its source. */
const PLACE = /^(subject|body|text) (.+)$/;

/**
 * Checks a plan as whoever brings one must: besides {@link parsePlan}, which knows no grammar of
 * templates, each message is compiled as it will be to be sent, so that no plan is taken whose mails
 * could only fail.
 *
 * Plans that are stored are read by `parsePlan` alone: a rule of rendering that came later must not
 * keep their people from moving.
 */
export function checkPlan(input: unknown): ParsePlanResult {
  const parsed = parsePlan(input);
  if (!parsed.ok) return parsed;
  const problems = templateProblems(parsed.plan.source);
  return problems.length > 0 ? { ok: false, problems } : parsed;
}

function templateProblems(plan: Plan): Problem[] {
  return plan.nodes.flatMap((node, n) => {
    if (node.action !== 'send') return [];
    // A subject that is taken from another node's message is told of there.
    const { subject = '', body, text } = node;
    return messageProblems({ subject, body, ...(text === undefined ? {} : { text }) }, n);
  });
}

function messageProblems(source: Parameters<typeof compileMessage>[0], n: number): Problem[] {
  try {
    compileMessage(source);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.problems.map(({ path, message }) => {
      const [, part = path, place = '1:1'] = PLACE.exec(path) ?? [];
      return {
        path: `nodes[${n}].${part}`,
        code: 'template_refused',
        message: `${place}: ${message}`,
      };
    });
  }
}
