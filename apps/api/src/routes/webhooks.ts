import { inTenants, listWebhookKeys } from '@cadenza/database';
import { createIntake } from '@cadenza/engine';
import {
  SIGNATURE_HEADER,
  TIMESTAMP_HEADER,
  type SignedDelivery,
  type VerificationFailure,
  type WebhookVerifier,
} from '@cadenza/sendgrid';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../http/problem.ts';
import { createInHand } from '../webhooks/in-hand.ts';
import { discardRest, readBody, type BodyFlaw } from '../webhooks/read-body.ts';
import { createTenantVerifiers } from '../webhooks/tenant-verifiers.ts';
import { demandToken, registerWebhookToken, tooSlow } from './webhook-token.ts';

export const WEBHOOK_PATH = '/v1/webhooks/sendgrid/events';

type WebhookDeps = Pick<
  ApiDeps,
  'db' | 'store' | 'publisher' | 'verifier' | 'webhookTokens' | 'clock' | 'logger' | 'settings'
>;

/** Whose deliveries come to an address, and who has signed them. */
interface Addressee {
  readonly tenantId: string | null;
  readonly verifier: () => Promise<WebhookVerifier>;
}

/**
 * SendGrid's event webhook. The raw bytes are verified before anything else, stored, and only then
 * answered: without a commit there is no 2xx, and SendGrid tries again for a day.
 */
export function registerWebhooks(app: FastifyInstance, deps: WebhookDeps): void {
  const { logger, clock, webhookTokens } = deps;
  const { webhooks } = deps.settings;
  const inHand = createInHand({ requests: webhooks.inHandRequests, bytes: webhooks.inHandBytes });
  const intake = createIntake({
    store: deps.store,
    publisher: deps.publisher,
    timeoutMs: webhooks.storeTimeoutMs,
    onQueueError: (err, deliveries) =>
      logger.warn(
        { err, deliveries },
        'deliveries are stored, and wait for the sweep: the queue did not take them',
      ),
  });
  const tenantVerifiers = createTenantVerifiers({
    async load(tenantId) {
      const keys = await inTenants(deps.db, [tenantId], (trx) => listWebhookKeys(trx, tenantId));
      return keys.map(({ publicKey }) => publicKey);
    },
    timeoutMs: webhooks.storeTimeoutMs,
    monotonic: () => performance.now(),
  });

  app.removeAllContentTypeParsers();
  // What is signed are bytes: whatever they claim to be, they are read as they come, by the handler.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  app.addHook('onResponse', async ({ raw }) => discardRest(raw));
  app.addHook('onClose', () => intake.close());
  if (webhookTokens !== null) {
    registerWebhookToken(app, webhookTokens, { timeoutMs: webhooks.bodyTimeoutMs });
  }
  app.post(WEBHOOK_PATH, (request, reply) =>
    receive(request, reply, { tenantId: null, verifier: async () => deps.verifier }),
  );
  app.post<{ Params: { tenantId: string } }>(`${WEBHOOK_PATH}/:tenantId`, (request, reply) => {
    const { tenantId } = request.params;
    const verifier = () => tenantVerifiers.of(tenantId);
    return receive(request, reply, { tenantId: tenantId.toLowerCase(), verifier });
  });

  async function receive(
    request: FastifyRequest,
    reply: FastifyReply,
    addressee: Addressee,
  ): Promise<FastifyReply> {
    if (webhookTokens !== null) demandToken(request, reply, webhookTokens);
    const signed = signedHeaders(request);
    const flaw = deps.verifier.headerFlaw(signed);
    if (flaw !== null) throw refused(request, flaw);
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > webhooks.maxBytes) throw refusalOf('too_large');
    const held = inHand.enter(announced);
    if (held === null) throw refusalOf('no_room');
    try {
      const { maxBytes, bodyTimeoutMs: timeoutMs } = webhooks;
      const read = await readBody(request.raw, {
        maxBytes,
        timeoutMs,
        take: (bytes) => held.take(bytes),
      });
      if (!read.ok) throw refusalOf(read.flaw);
      await verify(request, { ...signed, rawBody: read.body }, addressee);
      await store(request, read.body, addressee);
    } finally {
      held.leave();
    }
    return reply.code(204).send();
  }

  async function verify(
    request: FastifyRequest,
    delivery: SignedDelivery,
    addressee: Addressee,
  ): Promise<void> {
    const verifier = await addressee.verifier().catch((err: unknown) => {
      logger.error({ requestId: request.id, err }, 'the keys of a webhook could not be read');
      throw new HttpProblem('unavailable', 'The delivery cannot be verified now. Try again later.');
    });
    const verification = verifier.verify(delivery);
    if (!verification.ok) throw refused(request, verification.reason);
  }

  function signedHeaders(request: FastifyRequest): Omit<SignedDelivery, 'rawBody'> {
    return {
      signature: header(request, SIGNATURE_HEADER),
      timestamp: header(request, TIMESTAMP_HEADER),
      now: clock.now(),
    };
  }

  function refused(request: FastifyRequest, reason: VerificationFailure): HttpProblem {
    logger.warn({ requestId: request.id, reason }, 'a webhook was refused');
    return new HttpProblem('forbidden', 'The delivery is not signed as it must be.', [
      {
        path: reason.endsWith('timestamp') ? TIMESTAMP_HEADER : SIGNATURE_HEADER,
        code: reason,
        message: 'expected a signature of SendGrid’s over timestamp and body',
      },
    ]);
  }

  async function store(
    request: FastifyRequest,
    payload: Buffer,
    { tenantId }: Addressee,
  ): Promise<void> {
    try {
      await intake.add({ tenantId, payload });
    } catch (err) {
      logger.error({ requestId: request.id, err }, 'a delivery could not be stored');
      throw new HttpProblem('unavailable', 'The delivery could not be stored. Try again later.');
    }
  }
}

function refusalOf(flaw: BodyFlaw): HttpProblem {
  switch (flaw) {
    case 'too_large':
      return new HttpProblem('too-large', 'The body is larger than this route takes.');
    case 'no_room':
      return new HttpProblem('unavailable', 'Too much is in hand. Try again later.');
    case 'too_slow':
      return tooSlow();
    case 'cut_off':
      return new HttpProblem('invalid-request', 'The body was cut off.');
  }
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
