import { inTenants, listWebhookKeys } from '@cadenza/database';
import { createIntake, type DeliveryProvider } from '@cadenza/engine';
import {
  SIGNATURE_HEADER,
  TIMESTAMP_HEADER,
  type SignedDelivery,
  type VerificationFailure,
  type WebhookVerifier,
} from '@cadenza/sendgrid';
import { SMS_SIGNATURE_HEADER, SMS_TIMESTAMP_HEADER } from '@cadenza/sms-dev';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { takeAnyType } from '../http/any-type.ts';
import { HttpProblem } from '../http/problem.ts';
import { createInHand } from '../webhooks/in-hand.ts';
import { discardRest, readBody, type BodyFlaw } from '../webhooks/read-body.ts';
import { createTenantVerifiers } from '../webhooks/tenant-verifiers.ts';
import { demandToken, registerWebhookToken, tooSlow } from './webhook-token.ts';

export const WEBHOOK_PATH = '/v1/webhooks/sendgrid/events';
export const SMS_WEBHOOK_PATH = '/v1/webhooks/sms/events';

type WebhookDeps = Pick<
  ApiDeps,
  | 'db'
  | 'store'
  | 'publisher'
  | 'verifier'
  | 'smsVerifier'
  | 'webhookTokens'
  | 'clock'
  | 'logger'
  | 'settings'
>;

/** Whose deliveries come to an address, and who has signed them. */
interface Addressee {
  readonly tenantId: string | null;
  readonly form: WebhookForm;
  readonly verifier: () => Promise<WebhookVerifier>;
}

/** How a provider signs its webhooks, and whether it fetches tokens besides. */
interface WebhookForm {
  readonly provider: DeliveryProvider;
  readonly signatureHeader: string;
  readonly timestampHeader: string;
  readonly takesTokens: boolean;
}

const SENDGRID: WebhookForm = {
  provider: 'sendgrid',
  signatureHeader: SIGNATURE_HEADER,
  timestampHeader: TIMESTAMP_HEADER,
  takesTokens: true,
};

const SMS_DEV: WebhookForm = {
  provider: 'sms-dev',
  signatureHeader: SMS_SIGNATURE_HEADER,
  timestampHeader: SMS_TIMESTAMP_HEADER,
  takesTokens: false,
};

/**
 * SendGrid's event webhook, and that of the provider of text messages. The raw bytes are verified before anything else, stored, and only then
 * answered: without a commit there is no 2xx, and the provider tries again (SendGrid for a day).
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

  // What is signed are bytes: whatever they claim to be, they are read as they come, by the handler.
  takeAnyType(app);
  app.addHook('onResponse', async ({ raw }) => discardRest(raw));
  app.addHook('onClose', () => intake.close());
  if (webhookTokens !== null) {
    registerWebhookToken(app, webhookTokens, { timeoutMs: webhooks.bodyTimeoutMs });
  }
  app.post(WEBHOOK_PATH, (request, reply) =>
    receive(request, reply, {
      tenantId: null,
      form: SENDGRID,
      verifier: async () => deps.verifier,
    }),
  );
  const { smsVerifier } = deps;
  if (smsVerifier !== null) {
    app.post(SMS_WEBHOOK_PATH, (request, reply) =>
      receive(request, reply, { tenantId: null, form: SMS_DEV, verifier: async () => smsVerifier }),
    );
  }
  app.post<{ Params: { tenantId: string } }>(`${WEBHOOK_PATH}/:tenantId`, (request, reply) => {
    const { tenantId } = request.params;
    const verifier = () => tenantVerifiers.of(tenantId);
    return receive(request, reply, { tenantId: tenantId.toLowerCase(), form: SENDGRID, verifier });
  });

  async function receive(
    request: FastifyRequest,
    reply: FastifyReply,
    addressee: Addressee,
  ): Promise<FastifyReply> {
    const { form } = addressee;
    if (form.takesTokens && webhookTokens !== null) demandToken(request, reply, webhookTokens);
    const signed = signedHeaders(request, form);
    const flaw = deps.verifier.headerFlaw(signed);
    if (flaw !== null) throw refused(request, flaw, form);
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
    if (!verification.ok) throw refused(request, verification.reason, addressee.form);
  }

  function signedHeaders(
    request: FastifyRequest,
    form: WebhookForm,
  ): Omit<SignedDelivery, 'rawBody'> {
    return {
      signature: header(request, form.signatureHeader),
      timestamp: header(request, form.timestampHeader),
      now: clock.now(),
    };
  }

  function refused(
    request: FastifyRequest,
    reason: VerificationFailure,
    { provider, timestampHeader, signatureHeader }: WebhookForm,
  ): HttpProblem {
    const whose = provider === 'sendgrid' ? 'SendGrid’s' : 'the provider’s';
    logger.warn({ requestId: request.id, reason }, 'a webhook was refused');
    return new HttpProblem('forbidden', 'The delivery is not signed as it must be.', [
      {
        path: reason.endsWith('timestamp') ? timestampHeader : signatureHeader,
        code: reason,
        message: `expected a signature of ${whose} over timestamp and body`,
      },
    ]);
  }

  async function store(
    request: FastifyRequest,
    payload: Buffer,
    { tenantId, form: { provider } }: Addressee,
  ): Promise<void> {
    try {
      await intake.add({ tenantId, provider, payload });
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
