import { storeDelivery } from '@cadenza/engine';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '@cadenza/sendgrid';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../http/problem.ts';

export const WEBHOOK_PATH = '/v1/webhooks/sendgrid/events';

/**
 * SendGrid's event webhook. The raw bytes are verified before anything else, stored, and only then
 * answered: without a commit there is no 2xx, and SendGrid tries again for a day.
 */
export function registerWebhooks(
  app: FastifyInstance,
  deps: Pick<ApiDeps, 'store' | 'publisher' | 'verifier' | 'clock' | 'logger' | 'settings'>,
): void {
  app.removeAllContentTypeParsers();
  // What is signed are bytes: whatever they claim to be, they stay as they are.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post(WEBHOOK_PATH, { bodyLimit: deps.settings.webhookMaxBytes }, async (request, reply) => {
    const payload = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const verification = deps.verifier.verify({
      signature: header(request, SIGNATURE_HEADER),
      timestamp: header(request, TIMESTAMP_HEADER),
      rawBody: payload,
      now: deps.clock.now(),
    });
    if (!verification.ok) {
      deps.logger.warn(
        { requestId: request.id, reason: verification.reason },
        'a webhook was refused',
      );
      throw new HttpProblem('forbidden', 'The delivery is not signed as it must be.', [
        {
          path: verification.reason.endsWith('timestamp') ? TIMESTAMP_HEADER : SIGNATURE_HEADER,
          code: verification.reason,
          message: 'expected a signature of SendGrid’s over timestamp and body',
        },
      ]);
    }
    await store(payload, request);
    return reply.code(204).send();
  });

  async function store(payload: Buffer, request: FastifyRequest): Promise<void> {
    try {
      await storeDelivery(payload, {
        store: deps.store,
        publisher: deps.publisher,
        onQueueError: (error) =>
          deps.logger.warn(
            { requestId: request.id, err: error },
            'a delivery is stored, and waits for the sweep: the queue did not take it',
          ),
      });
    } catch (error) {
      deps.logger.error({ requestId: request.id, err: error }, 'a delivery could not be stored');
      throw new HttpProblem('unavailable', 'The delivery could not be stored. Try again later.');
    }
  }
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
