import { Readable, Writable } from 'node:stream';
import { runCli } from '../../src/index.ts';

/** A terminal that keeps what is drawn on it. */
export interface FakeTerminal {
  readonly stream: NodeJS.WritableStream;
  readonly drawn: () => string;
}

export function fakeTerminal(): FakeTerminal {
  let drawn = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      drawn += chunk.toString();
      done();
    },
  });
  // What a terminal's stream has besides.
  Object.assign(stream, { isTTY: true, columns: 80 });
  return { stream, drawn: () => drawn };
}

/** Runs a command in this process, which starts no Node for it. */
export async function ran(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  { stdin = '', terminal }: { readonly stdin?: string; readonly terminal?: FakeTerminal } = {},
) {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    env,
    stdin: Readable.from([Buffer.from(stdin)]),
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: terminal?.stream ?? null,
  });
  return { code, out, err };
}
