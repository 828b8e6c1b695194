import { InvalidInputError } from '@cadenza/domain';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.ts';

/**
 * Reads a JSON file, or standard input for `-`.
 *
 * @throws InvalidInputError where there is none, or it is not JSON.
 */
export async function readJson(file: string, { stdin }: Terminal): Promise<unknown> {
  const refuse = (code: string, message: string): never => {
    throw new InvalidInputError('no plan was read', [{ path: file, code, message }]);
  };
  let source: string;
  try {
    source = file === '-' ? await text(stdin) : await readFile(file, 'utf8');
  } catch (error) {
    return refuse('unreadable', error instanceof Error ? error.message : String(error));
  }
  try {
    // A byte-order mark is no part of JSON, and editors write one.
    return JSON.parse(source.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    return refuse('not_json', error instanceof Error ? error.message : String(error));
  }
}
