import { HtmlScanner, sameState, type HtmlMark } from '../html/html-scanner.ts';
import { refusedScheme } from '../html/url-scheme.ts';
import { MAX_ELSE_BRANCHES, type TemplateLimits } from '../limits.ts';
import { BLOCK_NAMES, blockRunner, isBlockName, type Emit } from './blocks.ts';
import { escapeHtml } from './escape.ts';
import {
  compileCall,
  compileParam,
  isPath,
  placeOf,
  printable,
  refuse,
  refuseNamedArguments,
  type Compilation,
  type OwnLink,
  type StaticScope,
} from './expressions.ts';
import { placeAfter, problemAt, type Place } from './place.ts';
import { names } from './seen-expressions.ts';

interface Position {
  readonly scope: StaticScope;
  readonly depth: number;
  readonly elseBranches: number;
}

/**
 * Turns a checked syntax tree into functions. Nothing is generated as source and evaluated: what
 * the tree does not allow by name here does not exist at all.
 */
export class Compiler {
  readonly #c: Compilation;
  readonly #limits: TemplateLimits;
  /** Present when the template is HTML. */
  readonly #html: HtmlScanner | null;

  constructor(compilation: Compilation, limits: TemplateLimits, html: boolean) {
    this.#c = compilation;
    this.#limits = limits;
    this.#html = html ? new HtmlScanner() : null;
  }

  compile(program: hbs.AST.Program): Emit {
    const scope: StaticScope = { path: '', parent: null, inEach: false };
    const emit = this.#program(program, { scope, depth: 0, elseBranches: 0 });
    if (this.#html !== null && this.#html.state.mode !== 'text') {
      const message = `the HTML ends inside ${describe(this.#html)}: expected its end, since what follows would not be seen`;
      this.#c.problems.push(
        problemAt(this.#c.part, { line: 1, column: 1 }, 'unfinished_html', message),
      );
    }
    return emit;
  }

  #program(program: hbs.AST.Program | undefined, position: Position): Emit {
    const parts = (program?.body ?? []).map((node) => this.#statement(node, position));
    return (run) => {
      for (const part of parts) part(run);
    };
  }

  #statement(node: hbs.AST.Statement, position: Position): Emit {
    switch (node.type) {
      case 'ContentStatement':
        return this.#content(node as hbs.AST.ContentStatement);
      case 'MustacheStatement':
        return this.#mustache(node as hbs.AST.MustacheStatement, position);
      case 'BlockStatement':
        return this.#block(node as hbs.AST.BlockStatement, position);
      case 'CommentStatement':
        return () => undefined;
      case 'PartialStatement':
      case 'PartialBlockStatement':
        refuse(this.#c, node, 'partial', 'partials {{> }} are not allowed: expected {{ }}');
        return () => undefined;
      default:
        refuse(this.#c, node, 'decorator', 'decorators {{* }} are not allowed: expected {{ }}');
        return () => undefined;
    }
  }

  #content(node: hbs.AST.ContentStatement): Emit {
    const text = node.value;
    // White-space control may have cut the value; the typings are wrong about the original's type.
    const original = node.original as unknown as string;
    const start = placeAfter(placeOf(node), original, Math.max(0, original.indexOf(text)));
    const marks = this.#html?.scan(text) ?? [];
    const emits: Emit[] = [];
    let written = 0;
    let urlFrom: number | null = null;
    for (const mark of marks) {
      // Found only when asked for: it takes time in the length of the text.
      const place = () => placeAfter(start, text, mark.offset);
      if (this.#refusedMark(mark, place)) continue;
      const piece = text.slice(written, mark.offset);
      written = mark.offset;
      emits.push((run) => run.write(piece, start));
      if (mark.kind === 'bodyEnd') emits.push((run) => (run.bodyEnd = run.output.length));
      if (mark.kind === 'urlBegin') {
        urlFrom = mark.offset;
        emits.push((run) => run.beginUrl());
      }
      if (mark.kind === 'urlEnd') {
        if (urlFrom !== null) this.#checkStaticUrl(text.slice(urlFrom, mark.offset), place);
        emits.push((run) => {
          const scheme = refusedScheme(run.endUrl());
          if (scheme !== null) run.report(place(), 'url_scheme', refusedSchemeMessage(scheme));
        });
        urlFrom = null;
      }
    }
    const rest = text.slice(written);
    emits.push((run) => run.write(rest, start));
    return (run) => {
      for (const emit of emits) emit(run);
    };
  }

  #refusedMark(mark: HtmlMark, place: () => Place): boolean {
    const { part, problems } = this.#c;
    if (mark.kind === 'script') {
      problems.push(
        problemAt(
          part,
          place(),
          'script_element',
          '<script> is not allowed in a mail: expected HTML without <script>',
        ),
      );
      return true;
    }
    if (mark.kind === 'brokenConditional') {
      const message = 'a conditional comment ends inside a tag: expected it to end in text';
      problems.push(problemAt(part, place(), 'broken_conditional', message));
      return true;
    }
    return false;
  }

  #checkStaticUrl(url: string, place: () => Place): void {
    const scheme = refusedScheme(url);
    if (scheme === null) return;
    this.#c.problems.push(
      problemAt(this.#c.part, place(), 'url_scheme', refusedSchemeMessage(scheme)),
    );
  }

  #mustache(node: hbs.AST.MustacheStatement, { scope, depth }: Position): Emit {
    if (!node.escaped) {
      refuse(
        this.#c,
        node,
        'unescaped_expression',
        '{{{ }}} and {{& }} are not allowed: expected {{ }}',
      );
    }
    const context = this.#html?.expression();
    if (context?.ok === false) refuse(this.#c, node, context.code, context.message);
    const followable = context === undefined || (context.ok && context.followable);
    const seen = this.#html === null || this.#c.seen.has(node);
    if (names(node, 'unsubscribeUrl')) this.#noteOwnLink(seen, depth);
    const evaluate = compileCall(this.#c, node, scope, 1);
    const place = placeOf(node);
    const escape = this.#html === null ? (text: string) => text : escapeHtml;
    return (run) => {
      const value = evaluate(run, false);
      if (value === undefined) return;
      const text = printable(value);
      if (text === null) {
        run.report(place, 'not_printable', 'expected a text or a number, got a list or an object');
        return;
      }
      if (followable && seen && value === run.unsubscribeUrl) run.printsUnsubscribeUrl = true;
      if (followable) run.print(escape(text), place);
      else run.write(escape(text), place);
    };
  }

  #noteOwnLink(seen: boolean, depth: number): void {
    const ranks: readonly OwnLink[] = ['none', 'unseen', 'sometimes', 'shown'];
    const found: OwnLink = !seen ? 'unseen' : depth > 0 ? 'sometimes' : 'shown';
    if (ranks.indexOf(found) > ranks.indexOf(this.#c.ownLink)) this.#c.ownLink = found;
  }

  #block(node: hbs.AST.BlockStatement, position: Position): Emit {
    const depth = position.depth + 1;
    if (depth > this.#limits.maxDepth) {
      const message = `expected at most ${this.#limits.maxDepth} blocks inside one another`;
      refuse(this.#c, node, 'too_deep', message);
      return () => undefined;
    }
    const name = isPath(node.path) ? node.path.original : '';
    const [param] = node.params;
    if (!isBlockName(name) || node.program === undefined) {
      const message = `unknown block "${name}": expected one of ${BLOCK_NAMES.join(', ')}`;
      refuse(this.#c, node, 'unknown_block', message);
      return () => undefined;
    }
    if (param === undefined || node.params.length > 1) {
      refuse(this.#c, node, 'helper_arguments', `expected {{#${name} value}}`);
      return () => undefined;
    }
    refuseNamedArguments(this.#c, node.hash);
    if ((node.program.blockParams ?? []).length > 0) {
      refuse(this.#c, node, 'block_parameters', '"as |name|" is not allowed: expected {{this}}');
    }
    const evaluate = compileParam(this.#c, param, position.scope, 1);
    const inner = { scope: innerScope(name, param, position.scope), depth, elseBranches: 0 };
    const main = this.#branch(node, () => this.#program(node.program, inner));
    const inverse = this.#branch(node, () => this.#inverse(node, position, depth));
    return blockRunner(name, placeOf(node), evaluate, main, node.inverse ? inverse : null);
  }

  #inverse(node: hbs.AST.BlockStatement, position: Position, depth: number): Emit {
    const chained = (node.inverse as { chained?: boolean } | undefined)?.chained === true;
    const elseBranches = position.elseBranches + 1;
    if (chained && elseBranches > MAX_ELSE_BRANCHES) {
      refuse(this.#c, node, 'too_deep', `expected at most ${MAX_ELSE_BRANCHES} else branches`);
      return () => undefined;
    }
    const scope = position.scope;
    return chained
      ? this.#program(node.inverse, { scope, depth: position.depth, elseBranches })
      : this.#program(node.inverse, { scope, depth, elseBranches: 0 });
  }

  /** Every branch must leave the HTML where it found it, since any of them may be left out. */
  #branch(node: hbs.AST.BlockStatement, compile: () => Emit): Emit {
    const before = this.#html?.state;
    const emit = compile();
    if (this.#html === null || before === undefined) return emit;
    if (!sameState(before, this.#html.state)) {
      const message = `a branch of this block ends inside ${describe(this.#html)}: expected it to end where it began`;
      refuse(this.#c, node, 'unbalanced_html', message);
    }
    this.#html.restore(before);
    return emit;
  }
}

function describe({ state }: HtmlScanner): string {
  if (state.mode === 'text') return 'text';
  if (state.mode === 'comment' || state.mode === 'bogus') return 'a comment';
  if (state.mode === 'raw') return `<${state.tag}>`;
  return state.attribute === '' ? 'a tag' : `the attribute ${state.attribute}`;
}

function refusedSchemeMessage(scheme: string): string {
  return `the scheme "${scheme.slice(0, 40)}" is not allowed: expected http, https, mailto or tel`;
}

function innerScope(name: string, param: hbs.AST.Expression, scope: StaticScope): StaticScope {
  if (name !== 'each' && name !== 'with') return scope;
  let path = '?';
  if (isPath(param) && !param.data) {
    let from: StaticScope | null = scope;
    for (let up = param.depth; up > 0; up -= 1) from = from?.parent ?? null;
    path = [from?.path ?? '', ...param.parts].filter((part) => part !== '').join('.');
  }
  const each = name === 'each';
  return { path: each ? `${path}[]` : path, parent: scope, inEach: each || scope.inEach };
}
