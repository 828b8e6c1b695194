import { isId, showValue, type Channel, type Problem } from '@cadenza/domain';

/** What a version of a reusable template says: the content of a send node. */
export interface TemplateContent {
  readonly channel: Channel;
  /** Of a mail; without it the plan's node has one of its own, or that of its thread. */
  readonly subject?: string | undefined;
  readonly body: string;
  /** The plain-text part of a mail. */
  readonly text?: string | undefined;
}

/** A version of a reusable template, as a plan's node names it. */
export interface TemplateReference {
  readonly id: string;
  readonly version: number;
}

/** One text for each reference, whatever the case of its id. */
export function templateKey({ id, version }: TemplateReference): string {
  return `${id.toLowerCase()}/${version}`;
}

/** The templates that a plan names, of whatever form the rest of it is; each once. */
export function templateReferences(plan: unknown): TemplateReference[] {
  const found = nodesOf(plan).flatMap((node) => referenceOf(node) ?? []);
  return [...new Map(found.map((reference) => [templateKey(reference), reference])).values()];
}

/**
 * A plan whose nodes have the content of the templates that they name, and name them still: so it
 * stands by itself, and what becomes of a template changes nothing of it. A node may repeat what its
 * template says (as a plan does that was filled before), and say what its template does not.
 *
 * @param contents by {@link templateKey}.
 */
export function withTemplates(
  plan: unknown,
  contents: ReadonlyMap<string, TemplateContent>,
): { readonly plan: unknown; readonly problems: readonly Problem[] } {
  if (templateReferences(plan).length === 0) return { plan, problems: [] };
  const problems: Problem[] = [];
  const nodes = nodesOf(plan).map((node, n) => {
    const reference = referenceOf(node);
    if (reference === null) return node;
    const path = `nodes[${n}]`;
    const content = contents.get(templateKey(reference));
    if (content === undefined) {
      problems.push({
        path: `${path}.template`,
        code: 'not_found',
        message: `"${reference.id}", version ${reference.version}: expected a version of a template of yours`,
      });
      return node;
    }
    const given = node as Readonly<Record<string, unknown>>;
    const { channel, ...parts } = content;
    if (given['channel'] !== channel) {
      problems.push({
        path: `${path}.channel`,
        code: 'template_channel',
        message: `${showValue(given['channel'])}: expected "${channel}", as its template is for`,
      });
    }
    for (const [key, value] of Object.entries(parts)) {
      if (given[key] === undefined || given[key] === value) continue;
      problems.push({
        path: `${path}.${key}`,
        code: 'template_and_content',
        message: `the template has another ${key}: expected none beside it, or the same`,
      });
    }
    return { ...given, ...parts };
  });
  return { plan: { ...(plan as object), nodes }, problems };
}

function nodesOf(plan: unknown): readonly unknown[] {
  if (typeof plan !== 'object' || plan === null || !('nodes' in plan)) return [];
  return Array.isArray(plan.nodes) ? plan.nodes : [];
}

/** Null where there is none, or none of this form: the plan's schema tells of that. */
function referenceOf(node: unknown): TemplateReference | null {
  if (typeof node !== 'object' || node === null || !('template' in node)) return null;
  const { template } = node;
  if (typeof template !== 'object' || template === null) return null;
  const { id, version } = template as { readonly id?: unknown; readonly version?: unknown };
  if (typeof id !== 'string' || !isId(id.toLowerCase())) return null;
  return Number.isSafeInteger(version) && (version as number) >= 1
    ? { id, version: version as number }
    : null;
}
