import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.ts';

/**
 * Reads a secret from standard input: a line that is typed, of which the terminal shows nothing, or all
 * that another program writes there, without the end of its line.
 */
export async function readSecretLine(
  { stdin, err }: Pick<Terminal, 'stdin' | 'err'>,
  prompt: string,
): Promise<string> {
  if (!('isTTY' in stdin) || stdin.isTTY !== true) {
    return (await text(stdin)).replace(/\r?\n$/, '');
  }
  err(prompt);
  // A line editor shows what is typed by writing it.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    err('\n');
  }
}
