import { InvalidInputError, type Problem } from '@cadenza/domain';
import { printedToPlainText, type Span } from '../html/printed-values.ts';
import type { OwnLink } from '../template/expressions.ts';
import { toPlainData } from '../template/plain-data.ts';
import { checkTemplate, type TemplateOptions, type TemplateResult } from '../template/template.ts';
import { headerProblems } from './headers.ts';

/** The variables that a message's templates start from. */
export const MESSAGE_ROOTS = ['contact', 'lead', 'sender', 'campaign', 'unsubscribeUrl'] as const;

/** The sources of a message. */
export interface MessageSource {
  readonly subject: string;
  /** HTML. */
  readonly body: string;
  /** Plain text; made from the rendered HTML when absent. */
  readonly text?: string;
}

export type RenderResult =
  | {
      readonly ok: true;
      readonly subject: string;
      readonly html: string;
      /** Where in `html` values stand that a reader sees, as text or as a link. */
      readonly printed: readonly Span[];
      readonly text: string;
      /** Offset in `html` of the last `</body>`. */
      readonly bodyEnd: number | null;
      /** Whether the text came from a template of its own. */
      readonly ownText: boolean;
      /** Where `unsubscribeUrl` was printed as text or as a link. */
      readonly printsUnsubscribeUrl: { readonly html: boolean; readonly text: boolean };
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A message's templates, compiled together; keep it and render it for each person. */
export interface CompiledMessage {
  /** Paths of the variables of all parts, sorted. */
  readonly variables: readonly string[];
  /** How the body shows an unsubscribe link of its own: where it does not, one is appended. */
  readonly ownLink: OwnLink;
  /**
   * Renders all parts, or says everything that is missing in any of them. Never throws.
   *
   * @param ownSubject stands in for the subject's template, which is not rendered then.
   */
  render(context: unknown, ownSubject?: string): RenderResult;
}

/**
 * Checks and compiles the templates of a message.
 *
 * @throws InvalidInputError with every problem of every part (`subject 1:5`, `body 3:7`).
 */
export function compileMessage(
  source: MessageSource,
  limits: Omit<TemplateOptions, 'name' | 'roots'> = {},
): CompiledMessage {
  const options = (name: string): TemplateOptions => ({ ...limits, name, roots: MESSAGE_ROOTS });
  const subject = checkTemplate(source.subject, 'subject', options('subject'));
  const body = checkTemplate(source.body, 'html', options('body'));
  const text =
    source.text === undefined ? null : checkTemplate(source.text, 'text', options('text'));
  if (!subject.ok || !body.ok || text?.ok === false) {
    const problems = [subject, body, text].flatMap((part) =>
      part === null || part.ok ? [] : part.problems,
    );
    throw new InvalidInputError('invalid message', problems);
  }
  const parts = [subject, body, ...(text === null ? [] : [text])];
  return {
    variables: [...new Set(parts.flatMap((part) => part.variables))].sort(),
    ownLink: body.ownLink,
    render(context, ownSubject) {
      const plain = toPlainData(context);
      if (!plain.ok) return plain;
      return joinParts(
        ownSubject === undefined ? subject.renderPlain(plain.data) : asRendered(ownSubject),
        body.renderPlain(plain.data),
        text === null ? null : text.renderPlain(plain.data),
      );
    },
  };
}

function asRendered(output: string): TemplateResult {
  return { ok: true, output, printed: [], bodyEnd: null, printsUnsubscribeUrl: false };
}

function joinParts(
  subject: TemplateResult,
  body: TemplateResult,
  text: TemplateResult | null,
): RenderResult {
  const problems = [subject, body, text].flatMap((part) =>
    part === null || part.ok ? [] : part.problems,
  );
  if (subject.ok) problems.push(...subjectProblems(subject.output));
  if (!subject.ok || !body.ok || text?.ok === false || problems.length > 0) {
    return { ok: false, problems };
  }
  let made: string | null = text === null ? null : text.output;
  return {
    ok: true,
    subject: subject.output,
    html: body.output,
    printed: body.printed,
    // Made when it is asked for: a footer changes the HTML, and with it the text.
    get text() {
      made ??= printedToPlainText(body.output, body.printed);
      return made;
    },
    bodyEnd: body.bodyEnd,
    ownText: text !== null,
    printsUnsubscribeUrl: {
      html: body.printsUnsubscribeUrl,
      text: text === null ? body.printsUnsubscribeUrl : text.printsUnsubscribeUrl,
    },
  };
}

function subjectProblems(subject: string): readonly Problem[] {
  if (subject.trim() === '') {
    return [{ path: 'subject', code: 'empty_subject', message: 'the subject is empty' }];
  }
  return headerProblems('subject', 'Subject', subject);
}
