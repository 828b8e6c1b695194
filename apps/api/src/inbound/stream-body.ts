import type { IncomingMessage } from 'node:http';

/** A body did not come whole. */
export class BodyError extends Error {
  readonly flaw: 'too_slow' | 'cut_off';

  constructor(flaw: BodyError['flaw']) {
    super(flaw === 'too_slow' ? 'the body did not come in time' : 'the body was cut off');
    this.name = 'BodyError';
    this.flaw = flaw;
  }
}

/**
 * A request's bytes as they come, no faster than they are taken. Leaves the connection as it is.
 *
 * @param timeoutMs real milliseconds in which all of it must have come.
 * @throws BodyError
 */
export async function* streamBody(
  request: IncomingMessage,
  timeoutMs: number,
): AsyncGenerator<Buffer, void> {
  const chunks: Buffer[] = [];
  let flaw: BodyError['flaw'] | null = request.destroyed ? 'cut_off' : null;
  let ended = false;
  let wake = () => {};
  const onData = (chunk: Buffer) => {
    chunks.push(chunk);
    request.pause();
    wake();
  };
  const onEnd = () => {
    ended = true;
    wake();
  };
  const fail = (what: BodyError['flaw']) => {
    if (!ended) flaw ??= what;
    wake();
  };
  const onCut = () => fail('cut_off');
  const timer = setTimeout(() => fail('too_slow'), timeoutMs);
  request.pause();
  request.on('data', onData).once('end', onEnd).once('close', onCut).once('error', onCut);
  try {
    for (;;) {
      if (flaw !== null) throw new BodyError(flaw);
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        yield chunk;
      } else if (ended) {
        return;
      } else {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        request.resume();
        await woken;
      }
    }
  } finally {
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
    // An error that nobody hears would end the process.
    request.on('error', () => undefined);
  }
}
