import { rewriteVariables } from './rewrite-variables.ts';

/** One thing that an import changed: where, what stood there, and what stands there now. */
export interface ImportChange {
  /** A path such as `nodes[0].subject`. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

export interface ImportedPlan {
  /** Plan 1.0 in JSON, not validated: that is `parsePlan`'s to do. */
  readonly plan: unknown;
  readonly changes: readonly ImportChange[];
}

/** Other words for what a transition answers to: SendGrid's own, and spellings met in plans. */
const TRIGGER_ALIASES: Readonly<Record<string, string>> = {
  open: 'opened',
  click: 'clicked',
  reply: 'replied',
  bounce: 'bounced',
  block: 'blocked',
  drop: 'dropped',
  deliver: 'delivered',
  unsubscribe: 'unsubscribed',
  group_unsubscribe: 'unsubscribed',
  spam_report: 'spamreport',
  spam: 'spamreport',
  complaint: 'spamreport',
  not_opened: 'no_open',
  not_clicked: 'no_click',
  not_replied: 'no_reply',
  skip: 'skipped',
};

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Brings a plan of an older form to Plan 1.0: variables in single braces, other words for events
 * (`open`, `spam_report`), a missing or numeric version. Everything else stays as it was, for
 * `parsePlan` to judge. The input is not changed.
 */
export function importPlan(input: unknown): ImportedPlan {
  if (!isObject(input)) return { plan: input, changes: [] };
  const changes: ImportChange[] = [];
  const plan: Json = { ...input };
  const { version } = plan;
  if (version === undefined || version === 1 || version === '1') {
    plan['version'] = '1.0';
    changes.push({
      path: 'version',
      from: version === undefined ? '(missing)' : JSON.stringify(version),
      to: '1.0',
    });
  }
  if (Array.isArray(plan['nodes'])) {
    plan['nodes'] = plan['nodes'].map((node: unknown, n) =>
      isObject(node) ? importNode(node, `nodes[${n}]`, changes) : node,
    );
  }
  return { plan, changes };
}

function importNode(input: Json, path: string, changes: ImportChange[]): Json {
  const node: Json = { ...input };
  for (const key of ['subject', 'body', 'text']) {
    const value = node[key];
    if (typeof value !== 'string') continue;
    const { template, rewrites } = rewriteVariables(value);
    node[key] = template;
    for (const rewrite of rewrites) changes.push({ path: `${path}.${key}`, ...rewrite });
  }
  if (Array.isArray(node['transitions'])) {
    node['transitions'] = node['transitions'].map((transition: unknown, t) => {
      if (!isObject(transition)) return transition;
      const { on } = transition;
      const to =
        typeof on === 'string' && Object.hasOwn(TRIGGER_ALIASES, on) && TRIGGER_ALIASES[on];
      if (typeof on !== 'string' || !to) return transition;
      changes.push({ path: `${path}.transitions[${t}].on`, from: on, to });
      return { ...transition, on: to };
    });
  }
  return node;
}
