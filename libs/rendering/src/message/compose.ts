import type { MailAddress, OutboundMail, Problem } from '@cadenza/domain';
import { printedToPlainText, type Span } from '../html/printed-values.ts';
import { escapeHtml } from '../template/escape.ts';
import { addressProblems, headerProblems, messageHeaders } from './headers.ts';
import type { CompiledMessage, RenderResult } from './message.ts';

export interface ComposeInput {
  readonly compiled: CompiledMessage;
  /** Values of the roots; `unsubscribeUrl` is added here. */
  readonly context: Readonly<Partial<Record<'contact' | 'lead' | 'sender' | 'campaign', unknown>>>;
  readonly from: MailAddress;
  readonly to: MailAddress;
  readonly replyTo?: MailAddress;
  readonly unsubscribeUrl: string;
  /** An address that takes unsubscribe mails. */
  readonly unsubscribeEmail?: string;
  /** The words of the appended link; "Unsubscribe" by default. */
  readonly unsubscribeLabel?: string;
  /** The sender's postal address, one or more lines (CAN-SPAM asks for it in every message). */
  readonly postalAddress?: string;
  /** A link that nobody sees, for machines to follow, at the end of the HTML; none by default. */
  readonly hiddenLinkUrl?: string;
  /** Stands in for the template's subject, which is not rendered then. */
  readonly subject?: string;
  /** Extra headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type ComposedMail = Pick<
  OutboundMail,
  'from' | 'to' | 'replyTo' | 'subject' | 'html' | 'text' | 'headers'
>;

export type ComposeResult =
  | {
      readonly ok: true;
      readonly mail: ComposedMail;
      /** What was changed on the way, such as a recipient's name. */
      readonly notes: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Rendered = Extract<RenderResult, { ok: true }>;

/**
 * Renders a message for one person and makes it ready to send: checks everything that becomes a
 * header after rendering, appends the unsubscribe link where the template prints none, the postal
 * address where it is not there yet, and to the HTML alone the hidden link. Never throws for bad
 * input.
 */
export function composeMessage(input: ComposeInput): ComposeResult {
  const { compiled, context, unsubscribeUrl, unsubscribeEmail, headers: extra } = input;
  const rendered = compiled.render({ ...context, unsubscribeUrl }, input.subject);
  const headers = messageHeaders({
    unsubscribeUrl,
    ...(unsubscribeEmail === undefined ? {} : { unsubscribeEmail }),
    ...(extra === undefined ? {} : { extra }),
  });
  const problems = [
    ...(rendered.ok ? [] : rendered.problems),
    ...(headers.ok ? [] : headers.problems),
    ...mailAddressProblems('from', input.from),
    ...mailAddressProblems('to', input.to),
    ...(input.replyTo === undefined ? [] : mailAddressProblems('replyTo', input.replyTo)),
  ];
  if (!rendered.ok || !headers.ok || problems.length > 0) return { ok: false, problems };
  const to = withoutListMarks(input.to);
  const notes: Problem[] = [];
  if (to !== input.to) {
    const message = 'the recipient\'s name held ";" or ",", replaced by a space';
    notes.push({ path: 'to.name', code: 'name_changed', message });
  }
  const mail: ComposedMail = {
    from: input.from,
    to,
    ...(input.replyTo === undefined ? {} : { replyTo: input.replyTo }),
    subject: rendered.subject,
    ...withFooter(rendered, input),
    headers: headers.headers,
  };
  return { ok: true, mail, notes };
}

function mailAddressProblems(path: string, address: MailAddress): readonly Problem[] {
  return [
    ...addressProblems(`${path}.email`, address.email),
    ...(address.name === undefined ? [] : headerProblems(`${path}.name`, path, address.name)),
  ];
}

/** SendGrid takes no `;` or `,` in recipients' names. */
function withoutListMarks(address: MailAddress): MailAddress {
  if (address.name === undefined || !/[;,]/.test(address.name)) return address;
  const name = address.name.replace(/[;,]/g, ' ').replace(/ +/g, ' ').trim();
  return name === '' ? { email: address.email } : { email: address.email, name };
}

function withFooter(rendered: Rendered, input: ComposeInput): { html: string; text: string } {
  const { unsubscribeUrl, unsubscribeLabel = 'Unsubscribe', postalAddress, hiddenLinkUrl } = input;
  const lines = (postalAddress ?? '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const address: Part[] = lines.length === 0 ? [] : [{ html: lines.map(escapeHtml).join('<br>') }];
  const link: Part[] = rendered.printsUnsubscribeUrl.html
    ? []
    : [
        {
          before: '<a href="',
          value: unsubscribeUrl,
          html: `">${escapeHtml(unsubscribeLabel)}</a>`,
        },
      ];
  const withAddress = insert(rendered, [...address, ...link]);
  if (!rendered.ownText) {
    // Making text of HTML is the dearest part of a message, and templates seldom print the address:
    // the text that will be sent is made first, and tells whether the address is there twice.
    const text = textOf(withAddress);
    if (!holds(text, lines, 2)) return { html: withHiddenLink(withAddress, hiddenLinkUrl), text };
    const withoutAddress = insert(rendered, link);
    return {
      html: withHiddenLink(withoutAddress, hiddenLinkUrl),
      text: textOf(withoutAddress),
    };
  }
  const printed = lines.length > 0 && holds(textOf(rendered), lines, 1);
  const textParts = [];
  if (lines.length > 0 && !holds(rendered.text, lines, 1)) textParts.push(lines.join('\n'));
  if (!rendered.printsUnsubscribeUrl.text) textParts.push(`${unsubscribeLabel}: ${unsubscribeUrl}`);
  const text = [rendered.text.trimEnd(), ...textParts].join('\n\n');
  const withFooters = printed ? insert(rendered, link) : withAddress;
  return { html: withHiddenLink(withFooters, hiddenLinkUrl), text };
}

/** A paragraph of the footer: HTML, and before it perhaps a value that differs from mail to mail. */
interface Part {
  readonly before?: string;
  readonly value?: string;
  readonly html: string;
}

type Html = Pick<Rendered, 'html' | 'printed' | 'bodyEnd'>;

function insert({ html, printed, bodyEnd }: Html, parts: readonly Part[]): Html {
  const at = bodyEnd ?? html.length;
  const values: Span[] = [];
  let footer = '';
  for (const { before = '', value = '', html: rest } of parts) {
    footer += `<p style="font-size:12px">${before}`;
    const from = at + footer.length;
    footer += escapeHtml(value);
    if (value !== '') values.push({ from, to: at + footer.length });
    footer += `${rest}</p>`;
  }
  const earlier = printed.filter(({ from }) => from < at);
  const later = printed
    .slice(earlier.length)
    .map(({ from, to }) => ({ from: from + footer.length, to: to + footer.length }));
  return {
    html: html.slice(0, at) + footer + html.slice(at),
    printed: [...earlier, ...values, ...later],
    bodyEnd: bodyEnd === null ? null : at + footer.length,
  };
}

/** Nothing of it is shown, read aloud or reached with the keyboard. */
function withHiddenLink({ html, bodyEnd }: Html, url: string | undefined): string {
  if (url === undefined) return html;
  const at = bodyEnd ?? html.length;
  const link = `<a href="${escapeHtml(url)}" style="display:none" aria-hidden="true" tabindex="-1"></a>`;
  return html.slice(0, at) + link + html.slice(at);
}

function textOf({ html, printed }: Html): string {
  return printedToPlainText(html, printed);
}

/** Whether a text holds these lines so many times, however it breaks them. */
function holds(text: string, lines: readonly string[], times: 1 | 2): boolean {
  const flat = (value: string) => value.replace(/\s+/g, ' ');
  const wanted = flat(lines.join(' '));
  const found = flat(text);
  if (wanted === '') return false;
  const last = found.lastIndexOf(wanted);
  return times === 1 ? last >= 0 : last >= 0 && found.slice(0, last).includes(wanted);
}
