import {
  hashOfInboundToken,
  inboundTokenHashes,
  inTenants,
  listWebhookKeys,
} from '@cadenza/database';
import { isId } from '@cadenza/domain';
import { createInboundIntake } from '@cadenza/engine';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '@cadenza/sendgrid';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { takeAnyType } from '../http/any-type.ts';
import { HttpProblem } from '../http/problem.ts';
import { beginProof, INBOUND_VERIFYING } from '../inbound/proof.ts';
import { streamBody } from '../inbound/stream-body.ts';
import { createInHand } from '../webhooks/in-hand.ts';
import { discardRest } from '../webhooks/read-body.ts';
import { createKeptOfTenants } from '../webhooks/kept-of-tenants.ts';
import { createTenantVerifiers } from '../webhooks/tenant-verifiers.ts';

export const INBOUND_PATH = '/v1/webhooks/sendgrid/inbound';

type InboundDeps = Pick<
  ApiDeps,
  | 'db'
  | 'store'
  | 'blobs'
  | 'publisher'
  | 'inboundVerifier'
  | 'inboundToken'
  | 'clock'
  | 'logger'
  | 'settings'
>;

/**
 * SendGrid's Inbound Parse. A mail that is answered with a 4xx is lost for good, since SendGrid does
 * not repeat it then: all that comes is kept, whoever vouches for it, and what cannot be kept now is
 * answered with 503.
 */
export function registerInbound(app: FastifyInstance, deps: InboundDeps): void {
  const { logger, clock } = deps;
  const { inbound, webhooks } = deps.settings;
  const inHand = createInHand({
    requests: inbound.inHandRequests,
    // What is streamed is not held.
    bytes: Number.MAX_SAFE_INTEGER,
  });
  const intake = createInboundIntake({
    store: deps.store,
    blobs: deps.blobs,
    publisher: deps.publisher,
    maxBytes: inbound.maxBytes,
    timeoutMs: webhooks.storeTimeoutMs,
    onQueueError: (err, deliveries) =>
      logger.warn(
        { err, deliveries },
        'inbound mail is stored, and waits for the sweep: the queue did not take it',
      ),
    onLeftOver: (err, blobKey) =>
      logger.warn(
        { err, blobKey },
        'the bytes of a mail that had come before could not be deleted',
      ),
  });
  const tenantVerifiers = createTenantVerifiers({
    async load(tenantId) {
      const keys = await inTenants(deps.db, [tenantId], (trx) => listWebhookKeys(trx, tenantId));
      return keys.map(({ publicKey }) => publicKey);
    },
    timeoutMs: webhooks.storeTimeoutMs,
    monotonic: () => performance.now(),
    verifying: INBOUND_VERIFYING,
  });

  const platformTokens = deps.inboundToken === null ? [] : [hashOfInboundToken(deps.inboundToken)];
  const tenantTokens = createKeptOfTenants({
    load: (tenantId) => inTenants(deps.db, [tenantId], (trx) => inboundTokenHashes(trx, tenantId)),
    timeoutMs: webhooks.storeTimeoutMs,
    monotonic: () => performance.now(),
  });

  takeAnyType(app);
  app.addHook('onResponse', async ({ raw }) => discardRest(raw));
  app.addHook('onClose', () => intake.close());
  app.post(INBOUND_PATH, (request, reply) => receive(request, reply, null));
  app.post<{ Params: { tenantId: string } }>(`${INBOUND_PATH}/:tenantId`, (request, reply) => {
    const { tenantId } = request.params;
    return receive(request, reply, isId(tenantId) ? tenantId.toLowerCase() : NOBODY);
  });

  async function receive(
    request: FastifyRequest,
    reply: FastifyReply,
    addressee: string | null,
  ): Promise<FastifyReply> {
    const held = inHand.enter(0);
    if (held === null) throw laterPlease('Too much is in hand. Try again later.');
    try {
      await keep(request, addressee);
    } catch (err) {
      logger.error({ requestId: request.id, err }, 'an inbound mail could not be stored');
      throw laterPlease('The mail could not be stored. Try again later.');
    } finally {
      held.leave();
    }
    return reply.code(204).send();
  }

  async function keep(request: FastifyRequest, addressee: string | null): Promise<void> {
    const verifier =
      addressee === null ? deps.inboundVerifier : await tenantVerifiers.find(addressee);
    const wantedTokens =
      addressee === null ? platformTokens : ((await tenantTokens.of(addressee)) ?? []);
    const proof = beginProof({
      verifier,
      signed: {
        signature: header(request, SIGNATURE_HEADER),
        timestamp: header(request, TIMESTAMP_HEADER),
        now: clock.now(),
      },
      wantedTokens,
      token: (request.query as Readonly<Record<string, unknown>>)['token'],
    });
    async function* body(): AsyncGenerator<Buffer, void> {
      for await (const chunk of streamBody(request.raw, inbound.bodyTimeoutMs)) {
        proof.update(chunk);
        yield chunk;
      }
    }
    const judge = () => {
      const judgement = proof.judge();
      if (judgement.verdict === 'unverified') {
        const { verdictReason: reason } = judgement;
        logger.warn({ requestId: request.id, reason }, 'an inbound mail moves nothing');
      }
      return judgement;
    };
    await intake.add({
      addressee,
      contentType: (header(request, 'content-type') ?? '').slice(0, MAX_CONTENT_TYPE),
      body: body(),
      judge,
    });
  }
}

/** The tenant of an address that names none. */
const NOBODY = '';

/** Characters of a content type that are kept: a boundary has at most 70. */
const MAX_CONTENT_TYPE = 1_000;

function laterPlease(detail: string): HttpProblem {
  return new HttpProblem('unavailable', detail);
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
