import { isTemplateVariable, suggestVariable } from './variables.ts';

/** Something wrong in a template: a code and a sentence. */
export interface TemplateProblem {
  readonly code: 'unknown_variable' | 'template_syntax';
  readonly message: string;
}

const BLOCKS = ['if', 'unless', 'each', 'with'];
/** Strings, the helpers that sub-expressions begin with, and words. */
const TOKEN = /"[^"]*"|'[^']*'|\(\s*[\w-]+|[^\s()]+/g;
const LITERAL = /^(?:["'].*["']|-?\d+(?:\.\d+)?|true|false|null|undefined)$/s;
/** What within `each` and `with` stands for the item, a part of it, or something around it. */
const LOCAL = /^(?:@(?:index|first|last|key)|\.\.?(?:\/.*)?|\w+(?:\.\w+)*)$/;

function pathsOf(expression: string): string[] {
  return (expression.match(TOKEN) ?? [])
    .map((token) => token.replace(/^[\w-]+=/, ''))
    .filter((token) => token !== '' && !token.startsWith('(') && !LITERAL.test(token));
}

function unknownVariable(path: string): TemplateProblem {
  const suggestion = suggestVariable(path);
  const hint = suggestion ? `did you mean {{${suggestion}}}?` : 'such as {{contact.firstName}}';
  return {
    code: 'unknown_variable',
    message: `{{${path}}}: expected a known variable, ${hint}`,
  };
}

/**
 * The insides of a template's expressions, comments left out. `null` stands for one that does not
 * end, which is the last: so the scan is linear whatever the template.
 */
function* expressionsOf(template: string): Generator<string | null> {
  let from = 0;
  for (;;) {
    const open = template.indexOf('{{', from);
    if (open < 0) return;
    from = open + 2;
    // A backslash before the braces makes them plain text.
    if (template[open - 1] === '\\') continue;
    const long = /^\{\{~?!--/.exec(template.slice(open, open + 6));
    const closer = long ? '--' : template[from] === '{' ? '}}}' : '}}';
    const start = closer === '}}}' ? from + 1 : from;
    const end = template.indexOf(closer, long ? open + long[0].length : start);
    const close = long && end >= 0 ? template.indexOf('}}', end) : end;
    if (close < 0) {
      yield null;
      return;
    }
    const inner = template.slice(start, close);
    from = close + (long ? 2 : closer.length);
    if (!/^~?!/.test(inner)) yield inner;
  }
}

/**
 * Scans a Handlebars template for variables that do not exist and for blocks that do not close. It
 * knows no grammar and is lenient: the first word of an expression of several is taken for a
 * helper, and within `each` and `with` plain names are let pass. What it accepts rendering may
 * still refuse. Each problem is reported once.
 */
export function templateProblems(template: string): TemplateProblem[] {
  const problems = new Map<string, TemplateProblem>();
  const report = (problem: TemplateProblem): void => {
    problems.set(problem.message, problem);
  };
  const syntax = (message: string): void => {
    report({ code: 'template_syntax', message });
  };
  const open: string[] = [];
  let scopes = 0;
  const check = (paths: readonly string[]): void => {
    for (const path of paths) {
      if (isTemplateVariable(path) || (scopes > 0 && LOCAL.test(path))) continue;
      report(unknownVariable(path));
    }
  };

  for (const inner of expressionsOf(template)) {
    if (inner === null) {
      syntax('"{{" without an end: expected "}}"');
      break;
    }
    const text = inner.replace(/^~|~$/g, '').trim().replace(/^&\s*/, '');
    if (text === 'else' || text === '^') continue;
    if (text === '' || /^#?[>*]/.test(text)) {
      syntax(`{{${inner}}}: expected a variable or a block (no partials, no decorators)`);
    } else if (text.startsWith('/')) {
      const closed = text.slice(1).trim();
      const opened = open.pop();
      if (isScope(opened)) scopes -= 1;
      if (opened !== closed) {
        syntax(`{{/${closed}}}: expected ${opened ? `{{/${opened}}}` : 'no block to close here'}`);
      }
    } else if (text.startsWith('#') || text.startsWith('^')) {
      const [name = '', ...rest] = pathsOf(text.slice(1).replace(/\bas\s*\|[^|]*\|/, ' '));
      if (!BLOCKS.includes(name)) {
        syntax(`{{${text}}}: expected one of the blocks ${BLOCKS.join(', ')}`);
      }
      check(rest);
      open.push(name);
      if (isScope(name)) scopes += 1;
    } else {
      const chained = /^else\s+(?:if|unless|each|with)\b/.test(text) ? text.slice(4).trim() : text;
      const [first = '', ...rest] = pathsOf(chained);
      // A word followed by others is a helper, and helpers are rendering's to know.
      check(/\s/.test(chained) ? rest : [first].filter(Boolean));
    }
  }
  for (const name of open) syntax(`{{#${name}}} without an end: expected {{/${name}}}`);
  return [...problems.values()];
}

function isScope(block: string | undefined): boolean {
  return block === 'each' || block === 'with';
}
