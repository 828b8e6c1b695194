import { isTemplateVariable, TEMPLATE_VARIABLES } from '../validate/variables.ts';

/** The full path of a variable as the older form names it: `firstName`, `first_name`, `contact.firstName`. */
function fullPath(name: string): string | null {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (isTemplateVariable(camel) && !/^(?:contact|lead|sender|campaign)$/.test(camel)) return camel;
  if (camel.includes('.')) return null;
  return TEMPLATE_VARIABLES.find((known) => known.split('.').at(-1) === camel) ?? null;
}

/** What was rewritten, as written and as it is now. */
export interface Rewrite {
  readonly from: string;
  readonly to: string;
}

/**
 * Rewrites `{contact.firstName}` and `{firstName}` to `{{contact.firstName}}`. Only names of known
 * variables are touched: style rules such as `{color:red}`, and expressions that have two braces
 * already, stay as they are.
 */
export function rewriteVariables(template: string): {
  readonly template: string;
  readonly rewrites: readonly Rewrite[];
} {
  const rewrites: Rewrite[] = [];
  const rewritten = template.replace(
    /(?<!\{)\{\s*([A-Za-z_][\w.]*)\s*\}(?!\})/g,
    (from, name: string) => {
      const path = fullPath(name);
      if (!path) return from;
      const to = `{{${path}}}`;
      rewrites.push({ from, to });
      return to;
    },
  );
  return { template: rewritten, rewrites };
}
