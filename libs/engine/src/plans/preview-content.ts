import { smsLength, type Problem } from '@cadenza/domain';
import type { TemplateContent } from '@cadenza/plan';
import { compileMessage, compileSms, composeMessage } from '@cadenza/rendering';
import { CONTENT_SUBJECT } from './check-content.ts';

/** Values of the variables of templates, by their roots. */
export type SampleData = Readonly<
  Partial<
    Record<
      'contact' | 'lead' | 'sender' | 'campaign',
      Readonly<Record<string, unknown>> | undefined
    >
  >
>;

export type PreviewedContent =
  | {
      readonly ok: true;
      /** Of a mail; null where the template has none. */
      readonly subject: string | null;
      /** Of a mail; null for a text message. */
      readonly html: string | null;
      readonly text: string;
      /** Of a text message: what is paid for. */
      readonly segments: number | null;
    }
  /** Paths are of the content, with the place in its source: `body 3:14`. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** In the place of addresses that a preview has no use for. */
const NOBODY = { email: 'preview@example.com' };

/**
 * What a message of a template comes to with some values: rendered as it is to be sent, with the foot
 * of a mail, and as strict about what is missing.
 *
 * @param content as {@link checkContent} has taken it.
 */
export function previewContent(
  content: TemplateContent,
  data: SampleData,
  foot: { readonly unsubscribeUrl: string; readonly postalAddress: string | null },
): PreviewedContent {
  const { channel, body, text, subject = null } = content;
  const context = {
    contact: data.contact ?? {},
    lead: data.lead ?? {},
    sender: data.sender ?? {},
    campaign: data.campaign ?? {},
  };
  if (channel === 'sms') {
    const rendered = compileSms(body).render(context);
    if (!rendered.ok) return rendered;
    const { segments } = smsLength(rendered.text);
    return { ok: true, subject: null, html: null, text: rendered.text, segments };
  }
  const composed = composeMessage({
    compiled: compileMessage({
      subject: subject ?? CONTENT_SUBJECT,
      body,
      ...(text === undefined ? {} : { text }),
    }),
    context,
    from: NOBODY,
    to: NOBODY,
    unsubscribeUrl: foot.unsubscribeUrl,
    ...(foot.postalAddress === null ? {} : { postalAddress: foot.postalAddress }),
  });
  if (!composed.ok) return composed;
  const { mail } = composed;
  return {
    ok: true,
    subject: subject === null ? null : mail.subject,
    html: mail.html,
    text: mail.text,
    segments: null,
  };
}
