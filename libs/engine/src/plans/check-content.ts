import type { Problem } from '@cadenza/domain';
import type { TemplateContent } from '@cadenza/plan';
import { compileMessage, compileSms } from '@cadenza/rendering';
import { checkPlan } from './check-plan.ts';

export type CheckedContent =
  | {
      readonly ok: true;
      /** Paths of the variables that it prints or asks for, sorted. */
      readonly variables: readonly string[];
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** In the place of a subject that whoever uses the template gives. */
export const CONTENT_SUBJECT = 'subject';

/** Checks the content of a template as that of a plan's node is: what it takes, a plan takes. */
export function checkContent(content: TemplateContent): CheckedContent {
  const { channel, body, text } = content;
  const subject = content.subject ?? (channel === 'email' ? CONTENT_SUBJECT : undefined);
  const checked = checkPlan({
    version: '1.0',
    timezone: 'UTC',
    startNodeId: 'template',
    nodes: [{ id: 'template', channel, action: 'send', subject, body, text, transitions: [] }],
  });
  const ofContent = (problems: readonly Problem[]) =>
    problems.map((one) => ({ ...one, path: one.path.replace(/^nodes\[0\]\.?/, '') }));
  if (!checked.ok) return { ok: false, problems: ofContent(checked.problems) };
  const compiled =
    channel === 'sms'
      ? compileSms(body)
      : compileMessage({ subject: subject ?? '', body, ...(text === undefined ? {} : { text }) });
  return { ok: true, variables: compiled.variables, warnings: ofContent(checked.warnings) };
}
