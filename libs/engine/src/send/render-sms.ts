import { InvalidInputError, type OutboundSms } from '@cadenza/domain';
import type { CompiledPlan, CompiledSendNode } from '@cadenza/plan';
import { compileSms, type CompiledSms } from '@cadenza/rendering';
import type { SendContext } from '../ports/sends.ts';
import { describeProblems, templateContext } from './template-context.ts';

export type RenderedSms =
  | { readonly ok: true; readonly mail: OutboundSms }
  | { readonly ok: false; readonly reason: string };

/** Renders text messages, compiling each node's template once for as long as its plan is kept. */
export function createSmsRenderer(): (plan: CompiledPlan, context: SendContext) => RenderedSms {
  const compiled = new WeakMap<CompiledSendNode, Template>();

  function templateOf(node: CompiledSendNode): Template {
    const known = compiled.get(node);
    if (known !== undefined) return known;
    const made = compile(node);
    compiled.set(node, made);
    return made;
  }

  return (plan, context) => {
    const node = plan.nodes[context.action.nodeId];
    if (node?.action !== 'send' || node.channel !== 'sms') {
      return { ok: false, reason: `the plan sends no SMS at "${context.action.nodeId}"` };
    }
    const template = templateOf(node);
    if (!template.ok) return template;
    const rendered = template.compiled.render(templateContext(context));
    if (!rendered.ok) return { ok: false, reason: describeProblems(rendered.problems) };
    const { tenantId, messageId, action, sender, toAddress } = context;
    return {
      ok: true,
      mail: {
        reference: { tenantId, messageId, attempt: action.attempt },
        from: sender.smsFrom,
        to: toAddress,
        text: rendered.text,
      },
    };
  };
}

/** A node's template, or why it is none. */
type Template =
  | { readonly ok: true; readonly compiled: CompiledSms }
  | { readonly ok: false; readonly reason: string };

/** A stored plan may be older than what rendering refuses by now. */
function compile({ body }: CompiledSendNode): Template {
  try {
    return { ok: true, compiled: compileSms(body) };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { ok: false, reason: describeProblems(error.problems) };
  }
}
