import { InvalidInputError, type Problem } from '@cadenza/domain';
import { DEFAULT_LIMITS, type TemplateLimits } from '../limits.ts';
import type { Span } from '../html/printed-values.ts';
import { Compiler } from './compiler.ts';
import type { Compilation, OwnLink } from './expressions.ts';
import { controlCharacter } from '../message/header-values.ts';
import { placeAfter, problemAt } from './place.ts';
import { toPlainData, type PlainObject } from './plain-data.ts';
import { LimitExceeded, Rendering } from './rendering.ts';
import { seenExpressions } from './seen-expressions.ts';
import { parseTemplate } from './syntax.ts';

/** `html` escapes values and checks their surroundings; `subject` is one line of plain text. */
export type TemplateKind = 'html' | 'text' | 'subject';

export interface TemplateOptions extends Partial<TemplateLimits> {
  /** Variables allowed at the top; any when absent. */
  readonly roots?: readonly string[];
  /** What problems call the template; its kind by default. */
  readonly name?: string;
}

export type TemplateResult =
  | {
      readonly ok: true;
      readonly output: string;
      /** Where in the output values stand that a reader sees, as text or as a link. */
      readonly printed: readonly Span[];
      /** Offset of the last `</body>` in HTML output, where more can be inserted. */
      readonly bodyEnd: number | null;
      /** Whether the context's `unsubscribeUrl` was printed as text or as a link. */
      readonly printsUnsubscribeUrl: boolean;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A template that has been checked once and can be rendered any number of times. */
export interface CompiledTemplate {
  readonly kind: TemplateKind;
  /** Paths of the variables used, sorted; `[]` stands for the items of a list. */
  readonly variables: readonly string[];
  /** Renders with a context of JSON data. Never throws. */
  render(context: unknown): TemplateResult;
}

/** The result of rendering with a context that has been reduced already. */
export type RenderPlain = (data: PlainObject) => TemplateResult;

/**
 * Checks and compiles a template.
 *
 * @throws InvalidInputError with every problem, each with its place as `<name> line:column`.
 */
export function compileTemplate(
  source: string,
  kind: TemplateKind,
  options: TemplateOptions = {},
): CompiledTemplate {
  const checked = checkTemplate(source, kind, options);
  if (!checked.ok) throw new InvalidInputError('invalid template', checked.problems);
  const { variables, renderPlain } = checked;
  return {
    kind,
    variables,
    render(context) {
      const plain = toPlainData(context);
      return plain.ok ? renderPlain(plain.data) : plain;
    },
  };
}

/**
 * The paths of the variables that a template uses, sorted, such as `contact.firstName` or
 * `contact.custom.items[].name`.
 *
 * @throws InvalidInputError when the source is not a valid text template.
 */
export function templateVariables(source: string): readonly string[] {
  return compileTemplate(source, 'text', { name: 'template' }).variables;
}

export type CheckedTemplate =
  | {
      readonly ok: true;
      readonly variables: readonly string[];
      readonly renderPlain: RenderPlain;
      readonly ownLink: OwnLink;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function checkTemplate(
  source: unknown,
  kind: TemplateKind,
  options: TemplateOptions,
): CheckedTemplate {
  const limits: TemplateLimits = { ...DEFAULT_LIMITS, ...options };
  const part = options.name ?? kind;
  const parsed = parseTemplate(source, part, limits);
  if (!parsed.ok) return parsed;
  const compilation: Compilation = {
    part,
    problems: [],
    variables: new Set(),
    roots: options.roots ?? null,
    seen: kind === 'html' ? seenExpressions(parsed.program) : new Set(),
    ownLink: 'none',
  };
  if (kind === 'subject' && typeof source === 'string') {
    const found = controlCharacter(source);
    if (found !== null) {
      const place = placeAfter({ line: 1, column: 1 }, source, found.offset);
      const message = `expected a subject of one line, got ${found.name}`;
      compilation.problems.push(problemAt(part, place, 'control_character', message));
    }
  }
  const emit = new Compiler(compilation, limits, kind === 'html').compile(parsed.program);
  const { problems } = compilation;
  if (problems.length > 0) return { ok: false, problems };
  const renderPlain: RenderPlain = (data) => {
    const run = new Rendering(part, limits, data);
    try {
      emit(run);
    } catch (error) {
      if (!(error instanceof LimitExceeded)) throw error;
      return { ok: false, problems: [...run.problems, error.problem] };
    }
    if (run.problems.length > 0) return { ok: false, problems: run.problems };
    const { output, printed, bodyEnd, printsUnsubscribeUrl } = run;
    return { ok: true, output, printed, bodyEnd, printsUnsubscribeUrl };
  };
  const { ownLink } = compilation;
  return { ok: true, variables: [...compilation.variables].sort(), renderPlain, ownLink };
}
