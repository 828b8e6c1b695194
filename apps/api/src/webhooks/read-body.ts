import type { IncomingMessage } from 'node:http';

export type BodyFlaw = 'too_large' | 'no_room' | 'too_slow' | 'cut_off';

export type BodyRead =
  { readonly ok: true; readonly body: Buffer } | { readonly ok: false; readonly flaw: BodyFlaw };

export interface BodyLimits {
  readonly maxBytes: number;
  /** Real milliseconds in which all of it must have come. */
  readonly timeoutMs: number;
  /** Counts bytes as they come; false ends the reading. */
  readonly take: (bytes: number) => boolean;
}

/** Reads a request's bytes as they are, and stops at the first limit that they pass. Never throws. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyRead> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (result: BodyRead) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
      // An error that nobody hears would end the process.
      request.on('error', () => undefined);
      resolve(result);
    };
    const refuse = (flaw: BodyFlaw) => end({ ok: false, flaw });
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.maxBytes) return refuse('too_large');
      if (!limits.take(chunk.length)) return refuse('no_room');
      chunks.push(chunk);
    };
    const onEnd = () => end({ ok: true, body: Buffer.concat(chunks) });
    const onCut = () => refuse('cut_off');
    const timer = setTimeout(() => refuse('too_slow'), limits.timeoutMs);
    request.on('data', onData).once('end', onEnd).once('close', onCut).once('error', onCut);
  });
}

/** Real milliseconds for which the rest of a refused body is read to nowhere. */
const LINGER_MS = 1_000;

/**
 * What was answered before all of it had come goes nowhere, for long enough that the answer can be
 * read, since a connection that is closed with bytes unread takes the answer with it, and no longer.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  request.once('close', () => clearTimeout(timer)).resume();
}
