import { HIDDEN_LINK_PATH } from '@cadenza/domain';
import type { FastifyInstance } from 'fastify';

/**
 * Answers machines that follow the hidden link of a mail. What gives them away is the click, which
 * the provider reports: here nothing happens, whoever comes.
 */
export function registerHiddenLink(app: FastifyInstance): void {
  app.get(HIDDEN_LINK_PATH, (_request, reply) =>
    reply
      .header('x-robots-tag', 'noindex')
      .type('text/plain; charset=utf-8')
      .send('There is nothing here.\n'),
  );
}
