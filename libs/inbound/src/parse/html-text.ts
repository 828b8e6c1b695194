import { Parser } from 'htmlparser2';

const BLOCKS = new Set(
  (
    'address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 ' +
    'h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul'
  ).split(' '),
);
const PARAGRAPHS = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol']);
const HIDDEN = new Set(['head', 'style', 'script', 'title', 'template', 'noscript', 'object']);
/** Deeper quotes look the same from here, and marks take room on each line. */
const MAX_QUOTE_DEPTH = 10;

/**
 * The text of an HTML mail: what a `blockquote` holds begins its lines with `> `, links show their
 * text alone, and line ends and blank lines stand where a reader sees them. Takes time in proportion
 * to the length, however deep the elements.
 *
 * @param maxLength characters after which the rest is left out.
 */
export function htmlToText(html: string, maxLength: number): string {
  const lines: string[] = [];
  let line = '';
  let length = 0;
  let quotes = 0;
  let hidden = 0;
  let preformatted = 0;
  let blank = false;

  const endLine = () => {
    const text = line.trimEnd();
    line = '';
    if (text === '') return;
    const mark = '>'.repeat(Math.min(quotes, MAX_QUOTE_DEPTH));
    if (blank && lines.length > 0) lines.push(mark);
    blank = false;
    lines.push(mark === '' ? text : `${mark} ${text}`);
    length += text.length + 1;
  };
  const emptyLine = () => {
    endLine();
    blank = true;
  };

  const parser = new Parser({
    onopentagname(name) {
      if (HIDDEN.has(name)) hidden += 1;
      if (name === 'pre') preformatted += 1;
      if (name === 'br') {
        if (line.trim() === '') blank = true;
        endLine();
      } else if (BLOCKS.has(name)) {
        if (PARAGRAPHS.has(name)) emptyLine();
        else endLine();
        if (name === 'blockquote') quotes += 1;
        if (name === 'hr') {
          line = '________________________________';
          endLine();
        }
        if (name === 'li') line = '- ';
      } else if (name === 'td' || name === 'th') {
        line += ' ';
      }
    },
    ontext(text) {
      if (hidden > 0 || length + line.length > maxLength) return;
      if (preformatted > 0) {
        const [first = '', ...rest] = text.split('\n');
        line += first;
        for (const next of rest) {
          endLine();
          line = next;
        }
        return;
      }
      const words = text.replaceAll(/[\s\u00a0]+/g, ' ');
      line += line === '' || line.endsWith(' ') ? words.trimStart() : words;
    },
    onclosetag(name) {
      if (HIDDEN.has(name)) hidden = Math.max(0, hidden - 1);
      if (name === 'pre') preformatted = Math.max(0, preformatted - 1);
      if (!BLOCKS.has(name)) return;
      if (PARAGRAPHS.has(name)) emptyLine();
      else endLine();
      if (name === 'blockquote') quotes = Math.max(0, quotes - 1);
    },
  });
  parser.end(html);
  endLine();
  return lines.join('\n').slice(0, maxLength);
}
