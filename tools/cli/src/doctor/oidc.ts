import { fail, ok, warn, type Finding } from './finding.ts';

const CHECK = 'oidc.discovery';
const TIMEOUT_MS = 10_000;
/** Without these nobody can sign in (OpenID Connect Discovery §3). */
const NEEDED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

/** Whether the issuer by which people sign in describes itself, as the one that the settings name. */
export async function oidcFindings(issuer: string): Promise<Finding[]> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const todo = 'Look at OIDC_ISSUER, and whether this machine reaches it.';
  let found: Readonly<Record<string, unknown>>;
  try {
    const answer = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) return [fail(CHECK, `${url} answers ${answer.status}`, todo)];
    found = (await answer.json()) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const said = error instanceof SyntaxError ? 'no JSON' : 'nothing that can be read';
    return [fail(CHECK, `${url} answers with ${said}`, todo)];
  }
  const { issuer: named, code_challenge_methods_supported: challenges } = found;
  if (typeof named !== 'string' || URL.parse(named)?.href !== new URL(issuer).href) {
    const other = typeof named === 'string' ? named : 'nobody';
    return [
      fail(
        CHECK,
        `${url} calls itself ${other}`,
        'Set OIDC_ISSUER to what the issuer calls itself.',
      ),
    ];
  }
  const missing = NEEDED.filter((name) => typeof found[name] !== 'string');
  if (missing.length > 0) {
    return [
      fail(CHECK, `${issuer} has no ${missing.join(', ')}`, 'Use an issuer that signs people in.'),
    ];
  }
  if (Array.isArray(challenges) && !challenges.includes('S256')) {
    return [
      warn(
        CHECK,
        `${issuer} does not say that it checks PKCE with S256`,
        'Allow PKCE for the client there, where it can be set.',
      ),
    ];
  }
  return [ok(CHECK, issuer)];
}
