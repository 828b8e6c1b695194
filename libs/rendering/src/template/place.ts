import type { Problem } from '@cadenza/domain';

/** A place in a template's source, both numbers from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where `offset` lies when `text` starts at `start`. */
export function placeAfter(start: Place, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  if (lastBreak < 0) return { line: start.line, column: start.column + offset };
  return { line: start.line + before.split('\n').length - 1, column: offset - lastBreak };
}

/** A problem of a part of a message, its path in the form `body 3:14`. */
export function problemAt(part: string, place: Place, code: string, message: string): Problem {
  return { path: `${part} ${place.line}:${place.column}`, code, message };
}
