import { hiddenLinkUrl, InvalidInputError, type OutboundMail } from '@cadenza/domain';
import { createReplyAddress, createUnsubscribeAddress } from '@cadenza/inbound';
import type { CompiledPlan, CompiledSendNode } from '@cadenza/plan';
import {
  campaignScope,
  compileMessage,
  composeMessage,
  createUnsubscribeToken,
  replySubject,
  threadHeaders,
  unsubscribeUrl,
  type CompiledMessage,
  type ComposeInput,
} from '@cadenza/rendering';
import type { SendContext, Thread } from '../ports/sends.ts';
import { createSmsRenderer, type RenderedSms } from './render-sms.ts';
import { describeProblems, fullName, templateContext } from './template-context.ts';

export type RenderedMail =
  | { readonly ok: true; readonly mail: OutboundMail }
  | { readonly ok: false; readonly reason: string };

/** How addresses are made for mail that comes back. */
export interface InboundAddresses {
  readonly domain: string;
  readonly keyId: string;
  readonly secret: string;
}

/** Turns a plan's node and a person into a mail. */
export interface MessageRenderer {
  /** Says why where there can be no mail: neither a template nor a value makes it throw. */
  render(plan: CompiledPlan, context: SendContext): RenderedMail;
  /** The same of a node that sends a text message. */
  renderSms(plan: CompiledPlan, context: SendContext): RenderedSms;
}

/**
 * Renders messages, compiling each node's templates once for as long as its plan is kept.
 *
 * @param options.publicUrl where unsubscribe pages are served, without a slash at its end.
 * @param options.inbound signs addresses of a domain whose mail comes in: answers go there where a
 *   sender has no reply address of its own, and whoever writes to one of them unsubscribes. By default
 *   there are none.
 * @param options.hiddenLink whether mails hold a link that only machines follow; by default not.
 * @param options.onUnthreaded called for each message that continues an earlier one whose
 *   Message-ID is not known: it goes out without the headers of its thread.
 */
export function createMessageRenderer(options: {
  readonly publicUrl: string;
  readonly unsubscribeKey: { readonly keyId: string; readonly secret: string };
  readonly inbound?: InboundAddresses | null;
  readonly hiddenLink?: boolean;
  readonly onUnthreaded?: () => void;
}): MessageRenderer {
  const hidden = options.hiddenLink === true ? hiddenLinkUrl(options.publicUrl) : null;
  const compiled = new WeakMap<CompiledSendNode, Templates>();

  function templatesOf(node: CompiledSendNode): Templates {
    const known = compiled.get(node);
    if (known !== undefined) return known;
    const made = compile(node);
    compiled.set(node, made);
    return made;
  }

  function headersOf(thread: Thread): Readonly<Record<string, string>> {
    const headers = threadHeaders(thread.messageIds);
    if (Object.keys(headers).length === 0) options.onUnthreaded?.();
    return headers;
  }

  return {
    renderSms: createSmsRenderer(),
    render(plan, context) {
      const node = plan.nodes[context.action.nodeId];
      if (node?.action !== 'send') {
        return { ok: false, reason: `the plan has no send node "${context.action.nodeId}"` };
      }
      const templates = templatesOf(node);
      if (!templates.ok) return templates;
      const { keyId, secret } = options.unsubscribeKey;
      const token = createUnsubscribeToken(
        {
          tenantId: context.tenantId,
          contactId: context.contactId,
          scope: campaignScope(context.campaignId),
          keyId,
        },
        secret,
      );
      const { sender, thread } = context;
      const composed = composeMessage({
        compiled: templates.compiled,
        context: templateContext(context),
        from: { email: sender.email, name: sender.name },
        to: { email: context.toAddress, ...named(fullName(context)) },
        ...addressesFor(context, options.inbound ?? null),
        unsubscribeUrl: unsubscribeUrl(options.publicUrl, token),
        // Where clicks are not tracked nobody would hear of one.
        ...(hidden === null || !node.clickTracking ? {} : { hiddenLinkUrl: hidden }),
        ...(thread === null ? {} : { headers: headersOf(thread) }),
        ...(thread === null || node.ownSubject ? {} : { subject: replySubject(thread.subject) }),
        ...(context.postalAddress === null ? {} : { postalAddress: context.postalAddress }),
      });
      if (!composed.ok) return { ok: false, reason: describeProblems(composed.problems) };
      return {
        ok: true,
        mail: {
          ...composed.mail,
          reference: {
            tenantId: context.tenantId,
            messageId: context.messageId,
            attempt: context.action.attempt,
          },
          openTracking: node.openTracking,
          clickTracking: node.clickTracking,
          ...(context.ipPool === null ? {} : { ipPool: context.ipPool }),
        },
      };
    },
  };
}

/** Where answers go: whom the sender names reads them, else they come in to us. */
function addressesFor(
  { tenantId, messageId, contactId, sender }: SendContext,
  inbound: InboundAddresses | null,
): Pick<ComposeInput, 'replyTo' | 'unsubscribeEmail'> {
  const own = sender.replyTo === null ? {} : { replyTo: { email: sender.replyTo } };
  if (inbound === null) return own;
  const { domain, keyId, secret } = inbound;
  const email = createReplyAddress({ tenantId, messageId, keyId }, secret, domain);
  return {
    replyTo: { email, name: sender.name },
    ...own,
    unsubscribeEmail: createUnsubscribeAddress({ tenantId, contactId, keyId }, secret, domain),
  };
}

/** A node's templates, or why they are none. */
type Templates =
  | { readonly ok: true; readonly compiled: CompiledMessage }
  | { readonly ok: false; readonly reason: string };

/** A stored plan may be older than what rendering refuses by now. */
function compile({ subject, body, text }: CompiledSendNode): Templates {
  try {
    const source = { subject, body, ...(text === null ? {} : { text }) };
    return { ok: true, compiled: compileMessage(source) };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { ok: false, reason: describeProblems(error.problems) };
  }
}

function named(name: string): { name?: string } {
  return name === '' ? {} : { name };
}
