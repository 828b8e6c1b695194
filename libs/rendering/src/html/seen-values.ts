import { HtmlScanner, type HtmlState } from './html-scanner.ts';

/** Stands for a value in the HTML that is looked at: a private character, which no page needs. */
export const VALUE = '\uE000';

interface Element {
  readonly tag: string;
  readonly hidden: boolean;
  /** Its text has no size; what is inside may have one again. */
  readonly tiny: boolean;
  /** The link that it is, or that it is in. */
  readonly link: Link | null;
}

interface Link {
  /** The value that is the whole of its address; null where there is none. */
  readonly value: number | null;
  shown: boolean;
}

const ROOT: Element = { tag: '', hidden: false, tiny: false, link: null };
const VOID = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
/** Elements whose content no reader of a mail sees as it stands there. */
const UNSEEN = new Set(
  'head title template noscript textarea select datalist object audio video canvas svg'.split(' '),
);
const HIDING =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0+(?![.\d])|max-height\s*:\s*0(?![.\d])|mso-hide\s*:\s*all)/i;
const FONT_SIZE = /(?:^|;)\s*font-size\s*:\s*([^;]*)/gi;
const NOTHING = /[\s\u00ad\u200b-\u200f\u2060\ufeff]|\u034f/;
const NOTHING_NAMED =
  /^&(?:nbsp|shy|zwn?j|#0*(?:160|173|847|820[3-7]|8288|65279)|#x0*(?:a0|ad|34f|200[b-f]|2060|feff));/i;
const LONGEST_NAME = 16;

/**
 * Which values of some HTML a reader sees for what they are: as text that is shown, or as the whole
 * address of a link that shows something. Values in comments, in other attributes and in what is
 * hidden are none, nor is a part of another link's address. It knows no style sheets.
 *
 * @param html with {@link VALUE} for each value.
 * @returns for each value, in order, whether it is seen.
 */
export function seenValues(html: string): readonly boolean[] {
  const scanner = new HtmlScanner();
  const seen: boolean[] = [];
  const open: Element[] = [];
  const opened = new Map<string, number>();
  let attributes = new Map<string, string>();
  let value = '';
  /** Of several attributes of one name the first counts. */
  let isFirst = false;
  let firstOfHref = 0;
  let nothingUntil = 0;

  const show = (link: Link | null) => {
    if (link !== null) link.shown = true;
    if (link !== null && link.value !== null) seen[link.value] = true;
  };
  const current = () => open.at(-1) ?? ROOT;

  for (let at = 0; at < html.length; at += 1) {
    const character = html.charAt(at);
    const before = scanner.state;
    const isValue = character === VALUE;
    if (isValue) {
      const context = scanner.expression();
      const { hidden, tiny, link } = current();
      const shown = before.mode === 'text' && context.ok && context.followable && !hidden && !tiny;
      seen.push(shown);
      if (shown) show(link);
      if (inValue(before)) value += character;
      continue;
    }
    scanner.scan(character);
    const after = scanner.state;
    if (after.mode === 'tagOpen') attributes = new Map();
    if (inValue(before)) {
      if (inValue(after)) value += character;
      else if (isFirst) attributes.set(before.attribute, value);
    } else if (inValue(after)) {
      value = after.mode === 'unquoted' ? character : '';
    } else if (before.mode === 'attributeName' && after.mode !== 'attributeName') {
      isFirst = !attributes.has(before.attribute);
      if (isFirst) attributes.set(before.attribute, '');
      if (isFirst && before.attribute === 'href') firstOfHref = seen.length;
    }
    if (character === '>' && inTag(before) && !inTag(after)) {
      if (before.closing || before.mode === 'rawEnd') close(before.tag);
      else push(before.tag);
    }
    if (before.mode === 'text' && after.mode === 'text' && !after.conditional) {
      if (character === '&') {
        const named = NOTHING_NAMED.exec(html.slice(at, at + LONGEST_NAME));
        if (named !== null) nothingUntil = at + named[0].length;
      }
      const { hidden, tiny, link } = current();
      if (at >= nothingUntil && !hidden && !tiny && !NOTHING.test(character)) show(link);
    }
  }
  return seen;

  function push(tag: string): void {
    const parent = current();
    const style = attributes.get('style') ?? '';
    const size = [...style.matchAll(FONT_SIZE)].at(-1)?.[1];
    const hidden =
      parent.hidden || UNSEEN.has(tag) || attributes.has('hidden') || HIDING.test(style);
    const tiny = size === undefined ? parent.tiny : /^\s*0+(?:\.0*)?(?![.\d])/.test(size);
    if (tag === 'img' && !hidden && (attributes.get('alt') ?? '').trim() !== '') show(parent.link);
    if (VOID.has(tag)) return;
    const link = tag === 'a' ? { value: addressed(), shown: false } : parent.link;
    open.push({ tag, hidden, tiny, link });
    opened.set(tag, (opened.get(tag) ?? 0) + 1);
  }

  /** The value that the tag's `href` is, but for what may follow it without leading elsewhere. */
  function addressed(): number | null {
    const href = (attributes.get('href') ?? '').trim();
    if (!href.startsWith(VALUE) || !/^(?:[?#]|$)/.test(href.slice(VALUE.length))) return null;
    return firstOfHref;
  }

  function close(tag: string): void {
    if ((opened.get(tag) ?? 0) === 0) return;
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      opened.set(last.tag, (opened.get(last.tag) ?? 0) - 1);
      if (last.tag === tag) return;
    }
  }
}

function inTag({ mode }: HtmlState): boolean {
  return mode === 'tagName' || mode === 'rawEnd' || inAttributes(mode);
}

function inAttributes(mode: HtmlState['mode']): boolean {
  switch (mode) {
    case 'beforeAttribute':
    case 'attributeName':
    case 'afterAttributeName':
    case 'beforeValue':
    case 'doubleQuoted':
    case 'singleQuoted':
    case 'unquoted':
      return true;
    default:
      return false;
  }
}

function inValue({ mode }: HtmlState): boolean {
  return mode === 'doubleQuoted' || mode === 'singleQuoted' || mode === 'unquoted';
}
