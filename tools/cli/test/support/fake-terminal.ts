import { Writable } from 'node:stream';

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
