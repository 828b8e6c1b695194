import { Busboy, type BusboyInstance } from '@fastify/busboy';

/** A mail as Inbound Parse posts it: its fields as bytes, and the files attached. */
export type InboundParseForm =
  | {
      readonly ok: true;
      /** By name; of fields of one name the last one. */
      readonly fields: Readonly<Record<string, Uint8Array>>;
      readonly files: readonly {
        readonly field: string;
        readonly filename: string | null;
        readonly contentType: string | null;
        readonly content: Uint8Array;
      }[];
    }
  | { readonly ok: false; readonly reason: string };

/** Parts of a form: Inbound Parse has some twenty fields and one file for each attachment. */
const MAX_PARTS = 2_000;
const MAX_HEADERS_OF_PART = 100;

/**
 * Reads the form of SendGrid's Inbound Parse, parsed or raw. It is held whole, so the caller bounds
 * its size. What is no form, or one that is cut off, is no error but a reason.
 *
 * @throws what the body threw.
 */
export async function readInboundForm(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): Promise<InboundParseForm> {
  const fields = new Map<string, Uint8Array>();
  const files: Extract<InboundParseForm, { ok: true }>['files'][number][] = [];
  let parser: BusboyInstance;
  try {
    parser = Busboy({
      headers: { 'content-type': contentType },
      // Fields are in charsets that another field names, so their bytes are needed.
      isPartAFile: () => true,
      limits: { parts: MAX_PARTS, headerPairs: MAX_HEADERS_OF_PART },
    });
  } catch (error) {
    // A stream that nobody begins to read keeps its connection.
    const unread = body[Symbol.asyncIterator]();
    await unread.next();
    await unread.return?.();
    return { ok: false, reason: `no form: ${wordsOf(error)}` };
  }
  let exceeded = false;
  parser.on('partsLimit', () => (exceeded = true));
  // Its types promise names that a form may leave out.
  parser.on('file', (field: string | undefined, stream, filename: string | undefined, _, type) => {
    const chunks: Buffer[] = [];
    // The form's own error says what is wrong.
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const content = Buffer.concat(chunks);
      if (filename !== undefined) {
        files.push({ field: field ?? '', filename: filename || null, contentType: type, content });
      } else if (field !== undefined) fields.set(field, content);
    });
  });
  const settled = new Promise<{ readonly error: unknown } | null>((resolve) => {
    parser.once('finish', () => resolve(null));
    parser.on('error', (error: unknown) => resolve({ error }));
  });
  for await (const chunk of body) {
    const written = new Promise<'written'>((resolve) => {
      parser.write(chunk, () => resolve('written'));
    });
    if ((await Promise.race([written, settled])) !== 'written') break;
  }
  parser.end();
  const failure = await settled;
  if (failure !== null) return { ok: false, reason: `no whole form: ${wordsOf(failure.error)}` };
  if (exceeded) return { ok: false, reason: `a form of more than ${MAX_PARTS} parts` };
  if (fields.size === 0) return { ok: false, reason: 'a form without fields' };
  return { ok: true, fields: Object.fromEntries(fields), files };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
