import { gzipSync } from 'node:zlib';
import type { Call } from './call.ts';

/** Longest body that is shown as it is. */
const SHOWN = 2_000;

/**
 * A request whole, as a line for Bash: it can be sent again to `$CADENZA_URL`. No key is in it, but
 * the name of a variable that holds one.
 */
export function asShellLine({ method, path, headers, body }: Call): string {
  const { authorization, cookie, ...others } = headers;
  const words = [
    `curl -sS --path-as-is -g -X ${method} "$CADENZA_URL"${quoted(path)}`,
    ...(authorization === undefined ? [] : ['-H "Authorization: Bearer $CADENZA_API_KEY"']),
    ...(cookie === undefined ? [] : [`-H "Cookie: ${nameOf(cookie)}=$CADENZA_SESSION"`]),
    // Empty ones have a form of their own; without a type curl would name one.
    ...Object.entries(others)
      .filter(([name]) => name !== 'content-length')
      .map(([name, value]) =>
        value === ''
          ? `-H ${quoted(`${name};`, 'latin1')}`
          : `-H ${quoted(`${name}: ${value}`, 'latin1')}`,
      ),
    ...(body !== null && !('content-type' in headers) ? ['-H Content-Type:'] : []),
  ];
  if (body === null) return words.join(' ');
  const text = body.toString();
  // Bash drops NUL.
  const isShown =
    body.length <= SHOWN && Buffer.from(text).equals(body) && !text.includes('\u0000');
  return isShown
    ? `${words.join(' ')} --data-raw ${quoted(text)}`
    : `echo ${gzipSync(body).toString('base64')} | base64 -d | gunzip | ${words.join(' ')} --data-binary @-`;
}

function nameOf(cookie: string): string {
  return cookie.slice(0, cookie.indexOf('='));
}

/** In ANSI-C quotes, in which every byte can be written. */
function quoted(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(/[^ -~]+/gu, (strange) =>
      Buffer.from(strange, encoding).toString('hex').replace(/../g, '\\x$&'),
    );
  return `$'${escaped}'`;
}
