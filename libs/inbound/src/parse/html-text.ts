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
const RULER = '________________________________';

/**
 * The text of an HTML mail: what a `blockquote` holds begins its lines with `> `, links show their
 * text alone, and line ends and blank lines stand where a reader sees them. Takes time in proportion
 * to the length, however deep the elements.
 *
 * @param maxLength characters after which the rest is left out.
 */
export function htmlToText(html: string, maxLength: number): string {
  const lines = new Lines();
  let hidden = 0;
  let preformatted = 0;

  const parser = new Parser({
    onopentagname(name) {
      if (HIDDEN.has(name)) hidden += 1;
      if (name === 'pre') preformatted += 1;
      if (name === 'br') lines.break();
      else if (name === 'td' || name === 'th') lines.add(' ');
      if (!BLOCKS.has(name)) return;
      if (PARAGRAPHS.has(name)) lines.endParagraph();
      else lines.end();
      if (name === 'blockquote') lines.quotes += 1;
      if (name === 'hr') {
        lines.add(RULER);
        lines.end();
      }
      if (name === 'li') lines.add('- ');
    },
    ontext(text) {
      if (hidden > 0 || lines.length > maxLength) return;
      if (preformatted === 0) {
        lines.add(text.replaceAll(/[\s\u00a0]+/g, ' '));
        return;
      }
      const [first = '', ...rest] = text.split('\n');
      lines.add(first);
      for (const next of rest) {
        lines.break();
        lines.add(next);
      }
    },
    onclosetag(name) {
      if (HIDDEN.has(name)) hidden = Math.max(0, hidden - 1);
      if (name === 'pre') preformatted = Math.max(0, preformatted - 1);
      if (!BLOCKS.has(name)) return;
      if (PARAGRAPHS.has(name)) lines.endParagraph();
      else lines.end();
      if (name === 'blockquote') lines.quotes = Math.max(0, lines.quotes - 1);
    },
  });
  parser.end(html);
  lines.end();
  return lines.text().slice(0, maxLength);
}

/** Lines as they come. Parts are joined at their end: to look into a growing string costs its length. */
class Lines {
  quotes = 0;
  length = 0;
  readonly #lines: string[] = [];
  #parts: string[] = [];
  #endsBlank = true;
  #paragraph = false;

  /** White space at the beginning of a line, or behind other, shows nothing. */
  add(words: string): void {
    const shown = this.#endsBlank ? words.replace(/^ +/, '') : words;
    if (shown === '') return;
    this.#parts.push(shown);
    this.#endsBlank = shown.endsWith(' ');
    this.length += shown.length;
  }

  end(): void {
    const text = this.#parts.join('').trimEnd();
    this.#parts = [];
    this.#endsBlank = true;
    if (text === '') return;
    const mark = '>'.repeat(Math.min(this.quotes, MAX_QUOTE_DEPTH));
    if (this.#paragraph && this.#lines.length > 0) this.#lines.push(mark);
    this.#paragraph = false;
    this.#lines.push(mark === '' ? text : `${mark} ${text}`);
  }

  /** An end of line that was written: a second one makes an empty line. */
  break(): void {
    if (this.#parts.length === 0) this.#paragraph = true;
    this.end();
  }

  endParagraph(): void {
    this.end();
    this.#paragraph = true;
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
