import { seenValues, VALUE } from '../html/seen-values.ts';

/**
 * Which expressions of an HTML template print what a reader sees as text, or as the whole address of
 * a link that shows something. All branches are taken to be there, one after the other.
 */
export function seenExpressions(program: hbs.AST.Program): ReadonlySet<hbs.AST.Node> {
  const expressions: hbs.AST.Node[] = [];
  let html = '';
  const walk = (part: hbs.AST.Program | undefined): void => {
    for (const node of part?.body ?? []) {
      if (node.type === 'ContentStatement') {
        html += (node as hbs.AST.ContentStatement).value.replaceAll(VALUE, '\uFFFD');
      } else if (node.type === 'MustacheStatement') {
        html += VALUE;
        expressions.push(node);
      } else if (node.type === 'BlockStatement') {
        const block = node as hbs.AST.BlockStatement;
        walk(block.program);
        walk(block.inverse);
      }
    }
  };
  walk(program);
  const seen = seenValues(html);
  return new Set(expressions.filter((_, index) => seen[index] === true));
}

/** Whether an expression names a variable, by itself or in a helper. */
export function names(expression: hbs.AST.MustacheStatement, variable: string): boolean {
  const parts: hbs.AST.Expression[] = [expression.path, ...expression.params];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if (part.type === 'PathExpression') {
      const { parts: path, data } = part as hbs.AST.PathExpression;
      if (!data && path.at(0) === variable) return true;
    }
    if (part.type === 'SubExpression') {
      const { path, params } = part as hbs.AST.SubExpression;
      parts.push(path, ...params);
    }
  }
  return false;
}
