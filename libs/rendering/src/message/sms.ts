import { MOST_SMS_SEGMENTS, smsLength, type Problem } from '@cadenza/domain';
import { compileTemplate } from '../template/template.ts';

export type SmsResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The template of a text message, compiled; keep it and render it for each person. */
export interface CompiledSms {
  /** Paths of its variables, sorted. */
  readonly variables: readonly string[];
  /** Plain text, without white space at its ends. Never throws. */
  render(context: unknown): SmsResult;
}

/** The variables that a text message starts from: it has no link to unsubscribe by. */
const SMS_ROOTS = ['contact', 'lead', 'sender', 'campaign'];

/**
 * Checks and compiles the template of a text message. Its values are printed as they are.
 *
 * @throws InvalidInputError with every problem (`body 3:7`).
 */
export function compileSms(source: string): CompiledSms {
  const template = compileTemplate(source, 'text', { name: 'body', roots: SMS_ROOTS });
  return {
    variables: template.variables,
    render(context) {
      const rendered = template.render(context);
      if (!rendered.ok) return rendered;
      const text = rendered.output.trim();
      const problem = lengthProblem(text);
      return problem === null ? { ok: true, text } : { ok: false, problems: [problem] };
    },
  };
}

function lengthProblem(text: string): Problem | null {
  const { segments } = smsLength(text);
  if (segments === 0) return { path: 'body', code: 'empty_text', message: 'the text is empty' };
  if (segments <= MOST_SMS_SEGMENTS) return null;
  const message = `the text takes ${segments} segments: expected at most ${MOST_SMS_SEGMENTS}`;
  return { path: 'body', code: 'sms_too_long', message };
}
