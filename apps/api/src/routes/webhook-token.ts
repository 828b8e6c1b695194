import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem.ts';
import type { AccessTokens } from '../webhooks/access-tokens.ts';
import { readBody } from '../webhooks/read-body.ts';
import { judgeTokenRequest, type TokenError } from '../webhooks/token-request.ts';

export const WEBHOOK_TOKEN_PATH = '/v1/webhooks/sendgrid/token';

const REALM = 'cadenza webhooks';
/** Bytes of a request for a token at most. */
const MAX_BYTES = 8_192;

/** Gives tokens to SendGrid, which brings them along with its event webhooks. */
export function registerWebhookToken(
  app: FastifyInstance,
  tokens: AccessTokens,
  { timeoutMs }: { readonly timeoutMs: number },
): void {
  app.post(WEBHOOK_TOKEN_PATH, async (request, reply) => {
    reply.header('pragma', 'no-cache');
    const read = await readBody(request.raw, {
      maxBytes: MAX_BYTES,
      timeoutMs,
      take: () => true,
    });
    if (!read.ok) {
      if (read.flaw === 'too_slow') throw tooSlow();
      return refuse(reply, 'invalid_request', `expected a body of at most ${MAX_BYTES} bytes`);
    }
    const { authorization, 'content-type': contentType } = request.headers;
    const verdict = judgeTokenRequest({ authorization, contentType, body: read.body }, tokens);
    if (!verdict.ok) return refuse(reply, verdict.error, verdict.why);
    const { token, expiresInSeconds } = tokens.issue();
    return reply.send({
      access_token: token,
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
    });
  });
}

/** An error as RFC 6749 §5.2 has it. */
function refuse(reply: FastifyReply, error: TokenError, why: string): FastifyReply {
  if (error === 'invalid_client') reply.header('www-authenticate', `Basic realm="${REALM}"`);
  return reply.code(error === 'invalid_client' ? 401 : 400).send({ error, error_description: why });
}

/**
 * Lets a request pass that brings a token, as RFC 6750 has it.
 *
 * @throws HttpProblem where it brings none, or one that is not good
 */
export function demandToken(
  request: FastifyRequest,
  reply: FastifyReply,
  tokens: AccessTokens,
): void {
  const { authorization } = request.headers;
  const challenge = (error?: string, why?: string) =>
    reply.header(
      'www-authenticate',
      `Bearer realm="${REALM}"` +
        (error === undefined ? '' : `, error="${error}", error_description="${why}"`),
    );
  if (authorization === undefined || !/^Bearer(?: |$)/i.test(authorization)) {
    challenge();
    throw new HttpProblem(
      'invalid-token',
      `The request has no access token: expected "Authorization: Bearer …" with one from ${WEBHOOK_TOKEN_PATH}.`,
    );
  }
  const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(authorization) ?? [];
  if (token === undefined) {
    challenge('invalid_request', 'expected one token after Bearer');
    throw new HttpProblem('invalid-request', 'The Authorization header holds no token.');
  }
  const verdict = tokens.check(token);
  if (verdict === 'valid') return;
  const why = verdict === 'expired' ? 'the token has expired' : 'the token is not one of ours';
  challenge('invalid_token', why);
  throw new HttpProblem('invalid-token', `The access token is not valid: ${why}.`);
}

/** The answer to a body that did not come in time. */
export function tooSlow(): HttpProblem {
  return new HttpProblem('timed-out', 'The body did not come in time.');
}
