import { ImportFileError } from './errors.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** An element of a JSON array: its place, from 1, and its value. */
export interface JsonElement {
  readonly row: number;
  readonly value: unknown;
}

const SPACE = /[\s\ufeff]/;

/**
 * Reads the elements of one JSON array as they arrive, without ever holding the whole of it.
 *
 * @throws ImportFileError where it is not an array, or an element is not JSON
 */
export async function* readJsonArray(text: AsyncIterable<string>): AsyncGenerator<JsonElement> {
  let state = 'start' as 'start' | 'element' | 'end';
  let row = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let pending = '';

  function element(last: boolean): JsonElement[] {
    const source = pending.trim();
    pending = '';
    if (source === '' && last && row === 1) return [];
    return [{ row: row++, value: parseElement(source, row - 1) }];
  }

  for await (const chunk of text) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const char = chunk[at] ?? '';
      if (state === 'start') {
        if (SPACE.test(char)) continue;
        if (char !== '[') throw notAnArray(`"${char}"`);
        state = 'element';
        from = at + 1;
      } else if (state === 'end') {
        if (!SPACE.test(char)) throw notAnArray(`"${char}" after the array`);
      } else if (inString) {
        if (escaped) escaped = false;
        else if (char === '\\') escaped = true;
        else if (char === '"') inString = false;
      } else if (char === '"') {
        inString = true;
      } else if (char === '{' || char === '[') {
        depth += 1;
      } else if (depth === 0 && (char === ',' || char === ']')) {
        pending += chunk.slice(from, at);
        from = at + 1;
        yield* element(char === ']');
        if (char === ']') state = 'end';
      } else if (char === '}' || char === ']') {
        depth -= 1;
      }
    }
    if (state !== 'element') continue;
    pending += chunk.slice(from);
    if (pending.length > IMPORT_LIMITS.rowChars) {
      throw new ImportFileError({
        path: `row ${row}`,
        code: 'row_too_long',
        message: `more than ${IMPORT_LIMITS.rowChars} characters: expected a shorter element`,
      });
    }
  }
  if (state === 'start') throw notAnArray('nothing');
  if (state === 'element') throw notAnArray('an end before the closing "]"');
}

function parseElement(source: string, row: number): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new ImportFileError({
      path: `row ${row}`,
      code: 'invalid_json',
      message: 'text that is not JSON: expected an object',
    });
  }
}

function notAnArray(what: string): ImportFileError {
  return new ImportFileError({
    path: 'file',
    code: 'invalid_json',
    message: `${what}: expected one JSON array of objects`,
  });
}
