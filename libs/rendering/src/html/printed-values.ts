import { escapeHtml, unescapeHtml } from '../template/escape.ts';
import { htmlToPlainText } from './plain-text.ts';

/** Where a value was printed into HTML as text or as (part of) a link: offsets, end excluded. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Shapes remembered: some for each template, since a condition in it makes another. */
const REMEMBERED = 500;
/** Stands for the nth word in a shape. Private characters: what holds some itself has no shape. */
const FIRST_MARK = 0xe000;
const LAST_MARK = 0xf8ff;
const MARKS = /[\uE000-\uF8FF]/g;
/** What a conversion leaves as it is, wherever it stands: visible characters, but for a link's `#`. */
const WORDS = /[^\s\p{C}\p{Z}#]+/gu;

const textOfShape = new Map<string, string>();

/**
 * The same text as `htmlToPlainText` gives, of HTML whose values are known. Messages of one template
 * differ in little else than their values, and converting is the dearest part of a message: it is
 * done for a shape of the HTML, with marks for the values' words, and the text's marks are filled in.
 *
 * @param printed ascending, and apart.
 */
export function printedToPlainText(html: string, printed: readonly Span[]): string {
  if (html.search(MARKS) >= 0) return htmlToPlainText(html);
  const { shape, words } = shapeOf(html, printed);
  const known = textOfShape.get(shape) ?? htmlToPlainText(shape);
  remember(shape, known);
  const text = known.replace(MARKS, (mark) => words[mark.charCodeAt(0) - FIRST_MARK] ?? mark);
  return repeatsLink(text) ? htmlToPlainText(html) : text;
}

/** Whether a link stands beside the same text: only the values together show that it is the same. */
function repeatsLink(text: string): boolean {
  for (let open = text.indexOf(' ('); open >= 0; open = text.indexOf(' (', open + 1)) {
    const close = text.indexOf(')', open);
    if (close < 0) return false;
    const link = text.slice(open + 2, close);
    if (link !== '' && text.startsWith(link, open - link.length)) return true;
  }
  return false;
}

/** Equal words have equal marks, as a link is left out where it equals its text. */
function shapeOf(html: string, printed: readonly Span[]) {
  const words: string[] = [];
  const marks = new Map<string, string>();
  function markOf(word: string): string {
    const known = marks.get(word);
    if (known !== undefined) return known;
    if (FIRST_MARK + words.length > LAST_MARK) return word;
    const mark = String.fromCharCode(FIRST_MARK + words.length);
    words.push(word);
    marks.set(word, mark);
    return mark;
  }

  let shape = '';
  let done = 0;
  for (const { from, to } of printed) {
    shape += html.slice(done, from);
    shape += escapeHtml(unescapeHtml(html.slice(from, to)).replace(WORDS, markOf));
    done = to;
  }
  return { shape: shape + html.slice(done), words };
}

/** Drops the shape that was used longest ago. */
function remember(shape: string, text: string): void {
  textOfShape.delete(shape);
  textOfShape.set(shape, text);
  const [oldest] = textOfShape.keys();
  if (textOfShape.size > REMEMBERED && oldest !== undefined) textOfShape.delete(oldest);
}
