import type { FastifyInstance } from 'fastify';

const TOKEN = String.raw`[\w!#$%&'*+.^\x60|~-]+`;
/** A media type (RFC 9110 §8.3.1), with parameters of whatever form. */
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}\\s*(?:;|$)`);

/**
 * Lets bodies in whatever they claim to be: the handlers of these routes read them as they come.
 * Fastify refuses what is no media type even where every type is taken, so that it is dropped before.
 */
export function takeAnyType(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  app.addHook('onRequest', async ({ raw: { headers } }) => {
    const { 'content-type': type } = headers;
    if (type !== undefined && !MEDIA_TYPE.test(type)) delete headers['content-type'];
  });
}
