import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A browser sends a cookie along with whatever any page makes it ask. What is to change something must
 * come from a page of ours: as `Sec-Fetch-Site` says, which no page can set, or, in browsers and on
 * addresses without it, `Origin` (OWASP, Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch
 * Metadata headers" and "Verifying origin with standard headers"). Without either it is refused.
 *
 * @throws HttpProblem
 */
export function demandOwnOrigin(
  { method, headers }: Pick<FastifyRequest, 'method' | 'headers'>,
  publicUrl: string,
): void {
  if (SAFE_METHODS.has(method)) return;
  const site = headers['sec-fetch-site'];
  const { origin } = new URL(publicUrl);
  if (site === undefined ? headers.origin === origin : site === 'same-origin') return;
  throw new HttpProblem(
    'forbidden',
    `What changes something by a session must be asked by a page of ${origin}: expected "Sec-Fetch-Site: same-origin", or an Origin of that.`,
  );
}
