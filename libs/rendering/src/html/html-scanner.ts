/**
 * Follows HTML through the static parts of a template, so that each expression's surroundings
 * are known before anything is rendered: text, a quoted attribute, a URL, or a place where
 * escaping does not protect. A small subset of the HTML tokenizer (WHATWG HTML §13.2.5).
 */
export type HtmlMode =
  | 'text'
  | 'tagOpen'
  | 'endTagOpen'
  | 'markup'
  | 'comment'
  | 'conditionalHead'
  | 'bogus'
  | 'tagName'
  | 'beforeAttribute'
  | 'attributeName'
  | 'afterAttributeName'
  | 'beforeValue'
  | 'doubleQuoted'
  | 'singleQuoted'
  | 'unquoted'
  | 'raw'
  | 'rawEnd';

/** A point in scanned text at which something begins or ends. */
export interface HtmlMark {
  readonly offset: number;
  readonly kind: 'urlBegin' | 'urlEnd' | 'bodyEnd' | 'script' | 'brokenConditional';
}

/** Everything about the position that decides how the next character is read. */
export interface HtmlState {
  readonly mode: HtmlMode;
  readonly tag: string;
  readonly closing: boolean;
  readonly attribute: string;
  /** What has been read of a sequence such as `<!--` or `</style`. */
  readonly pending: string;
  /** Dashes just read, at most 2: `-->` ends a comment. */
  readonly dashes: number;
  /** Inside a conditional comment of Outlook, which Outlook reads as HTML. */
  readonly conditional: boolean;
}

const START: HtmlState = {
  mode: 'text',
  tag: '',
  closing: false,
  attribute: '',
  pending: '',
  dashes: 0,
  conditional: false,
};

const RAW_TEXT = new Set(['style', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext', 'script']);
/** Elements whose content is text with character references: escaping protects there. */
const ESCAPABLE_RAW_TEXT = new Set(['title', 'textarea']);

const URL_ATTRIBUTES = new Set([
  'action',
  'background',
  'cite',
  'codebase',
  'data',
  'dynsrc',
  'formaction',
  'href',
  'longdesc',
  'lowsrc',
  'poster',
  'src',
  'xlink:href',
]);
/** Attributes that hold code, markup or several URLs, where escaping a value is not enough. */
const CODE_ATTRIBUTES = new Set(['content', 'imagesrcset', 'ping', 'srcdoc', 'srcset', 'style']);

const SPACE = /[\t\n\f\r ]/;
const LETTER = /[A-Za-z]/;

export type ExpressionContext =
  | { readonly ok: true; readonly followable: boolean }
  | { readonly ok: false; readonly code: string; readonly message: string };

export class HtmlScanner {
  #state: HtmlState = START;

  get state(): HtmlState {
    return this.#state;
  }

  restore(state: HtmlState): void {
    this.#state = state;
  }

  /** Reads static text and returns what begins and ends in it, in order. */
  scan(text: string): readonly HtmlMark[] {
    const marks: HtmlMark[] = [];
    let lessThan: number | null = null;
    for (let i = 0; i < text.length; i += 1) {
      const before = this.#state;
      const skip = nextOfInterest(before);
      if (skip !== null && text.charAt(i) !== skip) {
        const at = text.indexOf(skip, i);
        if (at < 0) break;
        i = at;
      }
      const character = text.charAt(i);
      this.#state = this.#closeConditional(next(before, character), character, i, marks);
      const after = this.#state;
      if (after.mode === 'tagOpen') lessThan = i;
      if (isValue(after.mode) && !isValue(before.mode) && URL_ATTRIBUTES.has(after.attribute)) {
        marks.push({ offset: after.mode === 'unquoted' ? i : i + 1, kind: 'urlBegin' });
      }
      if (isValue(before.mode) && !isValue(after.mode) && URL_ATTRIBUTES.has(before.attribute)) {
        marks.push({ offset: i, kind: 'urlEnd' });
      }
      if (before.mode === 'tagName' && after.mode !== 'tagName') {
        if (before.tag === 'script') marks.push({ offset: i, kind: 'script' });
        if (before.tag === 'body' && before.closing && lessThan !== null && !before.conditional) {
          marks.push({ offset: lessThan, kind: 'bodyEnd' });
        }
      }
    }
    return marks;
  }

  /** Reads an expression: says whether its value can stand here, escaped, and be only text. */
  expression(): ExpressionContext {
    const { mode, attribute, tag } = this.#state;
    this.#state = { ...this.#state, dashes: 0 };
    switch (mode) {
      case 'text':
        return { ok: true, followable: !this.#state.conditional };
      case 'comment':
        return { ok: true, followable: false };
      case 'raw':
        this.#state = { ...this.#state, pending: '' };
        return ESCAPABLE_RAW_TEXT.has(tag)
          ? { ok: true, followable: false }
          : refused(
              'expression_in_raw_text',
              `an expression inside <${tag}> cannot be made safe: expected it in text`,
            );
      case 'doubleQuoted':
      case 'singleQuoted':
        if (attribute.startsWith('on') || CODE_ATTRIBUTES.has(attribute)) {
          const message = `an expression in the attribute ${attribute} cannot be made safe: expected it in text or in another attribute`;
          return refused('expression_in_code_attribute', message);
        }
        return {
          ok: true,
          followable: tag === 'a' && attribute === 'href' && !this.#state.conditional,
        };
      case 'beforeValue':
      case 'unquoted':
        this.#state = { ...this.#state, mode: 'unquoted' };
        return refused('unquoted_attribute', `expected the value of ${attribute} in quotes`);
      default:
        return refused(
          'expression_in_tag',
          'an expression in a tag itself: expected it in text or in a quoted attribute value',
        );
    }
  }

  #closeConditional(
    state: HtmlState,
    character: string,
    offset: number,
    marks: HtmlMark[],
  ): HtmlState {
    const { dashes } = this.#state;
    const counted = character === '-' ? Math.min(2, dashes + 1) : 0;
    if (state.conditional && dashes === 2 && character === '>') {
      if (state.mode !== 'text') marks.push({ offset, kind: 'brokenConditional' });
      return { ...state, conditional: false, dashes: 0 };
    }
    return { ...state, dashes: counted };
  }
}

/** Whether two positions read what follows alike. */
export function sameState(a: HtmlState, b: HtmlState): boolean {
  const dashesMatter = a.mode === 'comment' || a.conditional;
  return (
    a.mode === b.mode &&
    a.tag === b.tag &&
    a.closing === b.closing &&
    a.attribute === b.attribute &&
    a.pending === b.pending &&
    a.conditional === b.conditional &&
    (!dashesMatter || a.dashes === b.dashes)
  );
}

/** The one character that ends a stretch of text or of a value; null where all of them matter. */
function nextOfInterest({ mode, conditional }: HtmlState): string | null {
  if (conditional) return null;
  if (mode === 'text') return '<';
  if (mode === 'doubleQuoted') return '"';
  return mode === 'singleQuoted' ? "'" : null;
}

function refused(code: string, message: string): ExpressionContext {
  return { ok: false, code, message };
}

function isValue(mode: HtmlMode): boolean {
  return mode === 'doubleQuoted' || mode === 'singleQuoted' || mode === 'unquoted';
}

function toText(state: HtmlState): HtmlState {
  return { ...START, conditional: state.conditional, dashes: state.dashes };
}

function endOfTag(state: HtmlState): HtmlState {
  const raw = RAW_TEXT.has(state.tag) || ESCAPABLE_RAW_TEXT.has(state.tag);
  if (state.closing || !raw) return toText(state);
  return { ...toText(state), mode: 'raw', tag: state.tag };
}

function next(state: HtmlState, character: string): HtmlState {
  switch (state.mode) {
    case 'text':
      return character === '<' ? { ...state, mode: 'tagOpen' } : state;
    case 'tagOpen':
      if (LETTER.test(character)) {
        return { ...state, mode: 'tagName', tag: character.toLowerCase(), closing: false };
      }
      if (character === '/') return { ...state, mode: 'endTagOpen' };
      if (character === '!') return { ...state, mode: 'markup', pending: '' };
      if (character === '?') return { ...state, mode: 'bogus' };
      return character === '<' ? state : toText(state);
    case 'endTagOpen':
      if (LETTER.test(character)) {
        return { ...state, mode: 'tagName', tag: character.toLowerCase(), closing: true };
      }
      return character === '>' ? toText(state) : { ...state, mode: 'bogus' };
    case 'markup':
      return nextInMarkup(state, character);
    case 'comment':
      return nextInComment(state, character);
    case 'conditionalHead':
      return character === '>' ? { ...toText(state), conditional: true } : state;
    case 'bogus':
      return character === '>' ? toText(state) : state;
    case 'raw':
      return nextInRaw(state, character);
    case 'rawEnd':
      if (!SPACE.test(character) && character !== '/' && character !== '>') {
        return nextInRaw({ ...state, mode: 'raw', pending: '' }, character);
      }
      return nextInTag(
        { ...state, closing: true, pending: '', mode: 'beforeAttribute' },
        character,
      );
    default:
      return nextInTag(state, character);
  }
}

function nextInMarkup(state: HtmlState, character: string): HtmlState {
  if (character === '-') {
    return state.pending === '-'
      ? { ...state, mode: 'comment', pending: 'start' }
      : { ...state, pending: '-' };
  }
  if (character === '>') return toText(state);
  return { ...state, mode: 'bogus', pending: '' };
}

function nextInComment(state: HtmlState, character: string): HtmlState {
  // `<!-->` and `<!--->` are whole comments.
  if (state.pending === 'start') {
    if (character === '[') return { ...state, mode: 'conditionalHead', pending: '' };
    if (character === '>') return toText({ ...state, conditional: false });
    return { ...state, pending: character === '-' ? 'start' : '' };
  }
  // `--!>` ends a comment too: one `!` keeps the dashes pending.
  if (character === '!' && state.dashes === 2) return { ...state, pending: '--!' };
  if (character === '>' && (state.dashes === 2 || state.pending === '--!')) return toText(state);
  return state.pending === '' ? state : { ...state, pending: '' };
}

function nextInRaw(state: HtmlState, character: string): HtmlState {
  const end = `</${state.tag}`;
  const read = state.pending + character.toLowerCase();
  if (read === end) return { ...state, mode: 'rawEnd', pending: '' };
  if (end.startsWith(read)) return { ...state, pending: read };
  return { ...state, pending: character === '<' ? '<' : '' };
}

function nextInTag(state: HtmlState, character: string): HtmlState {
  const space = SPACE.test(character);
  switch (state.mode) {
    case 'tagName':
      if (space || character === '/') return { ...state, mode: 'beforeAttribute' };
      if (character === '>') return endOfTag(state);
      return { ...state, tag: state.tag + character.toLowerCase() };
    case 'beforeAttribute':
      if (space || character === '/') return state;
      if (character === '>') return endOfTag(state);
      return { ...state, mode: 'attributeName', attribute: character.toLowerCase() };
    case 'attributeName':
    case 'afterAttributeName':
      if (character === '=') return { ...state, mode: 'beforeValue' };
      if (character === '>') return endOfTag(state);
      if (character === '/') return { ...state, mode: 'beforeAttribute', attribute: '' };
      if (space) return { ...state, mode: 'afterAttributeName' };
      return state.mode === 'attributeName'
        ? { ...state, attribute: state.attribute + character.toLowerCase() }
        : { ...state, mode: 'attributeName', attribute: character.toLowerCase() };
    case 'beforeValue':
      if (space) return state;
      if (character === '"') return { ...state, mode: 'doubleQuoted' };
      if (character === "'") return { ...state, mode: 'singleQuoted' };
      if (character === '>') return endOfTag(state);
      return { ...state, mode: 'unquoted' };
    case 'doubleQuoted':
      return character === '"' ? { ...state, mode: 'beforeAttribute', attribute: '' } : state;
    case 'singleQuoted':
      return character === "'" ? { ...state, mode: 'beforeAttribute', attribute: '' } : state;
    default:
      if (character === '>') return endOfTag(state);
      return space ? { ...state, mode: 'beforeAttribute', attribute: '' } : state;
  }
}
