import { IMPORT_LIMITS } from './limits.ts';
import { ImportFileError } from './errors.ts';

/**
 * Decodes UTF-8 as it arrives, without a byte order mark.
 *
 * @throws ImportFileError at the first byte that is not UTF-8, and past the largest size
 */
export async function* decodeUtf8(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number = IMPORT_LIMITS.bytes,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let line = 1;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch {
      throw notUtf8(line + linesBeforeDamage(chunk));
    }
    line += countLines(text);
    yield text;
  }
  try {
    yield decoder.decode();
  } catch {
    throw notUtf8(line);
  }
}

export function tooLarge(maxBytes: number): ImportFileError {
  return new ImportFileError(
    {
      path: 'file',
      code: 'too_large',
      message: `more than ${maxBytes} bytes: expected a file of at most that, or parts of it`,
    },
    'too-large',
  );
}

function notUtf8(line: number): ImportFileError {
  return new ImportFileError({
    path: `line ${line}`,
    code: 'not_utf8',
    message: `bytes that are not UTF-8 in line ${line}: expected a file in UTF-8 ("CSV UTF-8" in Excel)`,
  });
}

function linesBeforeDamage(chunk: Uint8Array): number {
  const lenient = new TextDecoder('utf-8').decode(chunk);
  const damage = lenient.indexOf('\ufffd');
  return countLines(damage < 0 ? lenient : lenient.slice(0, damage));
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
