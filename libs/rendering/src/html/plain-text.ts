// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- an ambient declaration cannot be imported, and a project that compiles this source would not find it otherwise
/// <reference path="../html-to-text.d.ts" />
import { compile } from 'html-to-text';

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

const convert = compile({
  wordwrap: false,
  // The converter is recursive; deeper content than any real mail has is left out.
  limits: { maxDepth: 200, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { linkBrackets: ['(', ')'], hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
    ...HEADINGS.map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** The plain text of an HTML mail: links as `text (url)`, images left out, no lines broken. */
export function htmlToPlainText(html: string): string {
  return convert(html).trim();
}
