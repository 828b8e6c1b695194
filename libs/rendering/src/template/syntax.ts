import { showValue, type Problem } from '@cadenza/domain';
import Handlebars from 'handlebars';
import {
  MAX_PARENTHESES,
  MAX_TAG_LENGTH,
  MAX_WHITESPACE_RUN,
  type TemplateLimits,
} from '../limits.ts';
import { placeAfter, problemAt, type Place } from './place.ts';

export type SyntaxResult =
  | { readonly ok: true; readonly program: hbs.AST.Program }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const ORIGIN: Place = { line: 1, column: 1 };

/**
 * Parses a template into Handlebars' syntax tree. Handlebars' parser takes more than linear time
 * in several ways, so what could keep it busy is refused before it starts.
 */
export function parseTemplate(source: unknown, part: string, limits: TemplateLimits): SyntaxResult {
  const fail = (place: Place, code: string, message: string): SyntaxResult => ({
    ok: false,
    problems: [problemAt(part, place, code, message)],
  });
  if (typeof source !== 'string') {
    return fail(ORIGIN, 'not_a_string', `expected the template's text, got ${showValue(source)}`);
  }
  const bytes = Buffer.byteLength(source);
  if (bytes > limits.maxTemplateBytes) {
    const message = `expected at most ${limits.maxTemplateBytes} bytes, got ${bytes}`;
    return fail(ORIGIN, 'template_too_large', message);
  }
  // Handlebars' lexer stops at it, and says no more than that.
  const nul = source.indexOf('\u0000');
  if (nul >= 0) {
    const place = placeAfter(ORIGIN, source, nul);
    return fail(place, 'control_character', 'expected a template without NUL characters');
  }
  const blank = new RegExp(`\\s{${MAX_WHITESPACE_RUN + 1}}`).exec(source);
  if (blank !== null) {
    const message = `expected at most ${MAX_WHITESPACE_RUN} characters of white space in a row`;
    return fail(placeAfter(ORIGIN, source, blank.index), 'whitespace_run', message);
  }
  const tags = checkTags(source, limits);
  if (tags !== null) return fail(placeAfter(ORIGIN, source, tags.offset), tags.code, tags.message);
  try {
    return { ok: true, program: Handlebars.parse(source) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail(placeOfError(error, source), 'syntax', firstLine(error.message));
  }
}

interface TagProblem {
  readonly offset: number;
  readonly code: string;
  readonly message: string;
}

function checkTags(source: string, limits: TemplateLimits): TagProblem | null {
  let count = 0;
  for (let at = source.indexOf('{{'); at >= 0; at = source.indexOf('{{', at)) {
    count += 1;
    if (count > limits.maxTags) {
      const message = `expected at most ${limits.maxTags} tags`;
      return { offset: at, code: 'too_many_tags', message };
    }
    if (source.startsWith('{{{{', at)) {
      return {
        offset: at,
        code: 'raw_block',
        message: 'raw blocks {{{{ }}}} are not allowed: expected {{ }}',
      };
    }
    const comment = /^\{\{~?!(--)?/.exec(source.slice(at, at + 6));
    if (comment !== null) {
      const close = source.indexOf(comment[1] === undefined ? '}}' : '--', at + comment[0].length);
      at = close < 0 ? source.length : close + 2;
      continue;
    }
    const escaped = source[at - 1] === '\\' && source[at - 2] !== '\\';
    const end = escaped ? at + 2 : endOfTag(source, at + 2);
    if (end === null) {
      const message = `expected a tag of at most ${MAX_TAG_LENGTH} characters and ${MAX_PARENTHESES} sub-expressions`;
      return { offset: at, code: 'tag_too_long', message };
    }
    at = end;
  }
  return null;
}

/** The offset after the `}}` of a tag, minding strings; null when the tag is too long. */
function endOfTag(source: string, start: number): number | null {
  let quote = '';
  let parentheses = 0;
  for (let i = start; i < source.length; i += 1) {
    if (i - start > MAX_TAG_LENGTH) return null;
    const character = source.charAt(i);
    if (quote !== '') {
      if (character === '\\') i += 1;
      else if (character === quote) quote = '';
    } else if (character === '(') {
      parentheses += 1;
      if (parentheses > MAX_PARENTHESES) return null;
    } else if (character === '[') quote = ']';
    else if (character === '"' || character === "'") quote = character;
    else if (source.startsWith('}}', i)) return i + 2;
  }
  return source.length;
}

/**
 * Where a syntax error is. Handlebars' own errors end in their place; the parser's show only the
 * line and up to 20 characters on each side of it, line breaks taken out, which are looked up.
 */
function placeOfError(error: Error, source: string): Place {
  const at = / - (\d+):(\d+)$/.exec(error.message);
  if (at !== null) return { line: Number(at[1]), column: Number(at[2]) + 1 };
  const [first = '', shown = '', marker = ''] = error.message.split('\n');
  const line = Number(/line (\d+)/.exec(first)?.[1] ?? 1);
  const caret = marker.indexOf('^');
  if (caret < 0) return { line, column: 1 };
  const offsets = [...source.matchAll(/[^\n]/g)].map((match) => match.index);
  const before = shown.slice(0, caret).replace(/^\.\.\./, '');
  const after = shown.slice(caret).replace(/\.\.\.$/, '');
  const found = source.replaceAll('\n', '').indexOf(before + after);
  if (found < 0) return { line, column: 1 };
  return placeAfter(ORIGIN, source, offsets[found + before.length] ?? source.length);
}

function firstLine(message: string): string {
  const lines = message.split('\n');
  return lines.length > 1 ? `${lines[0] ?? ''} ${lines.at(-1) ?? ''}` : message;
}
