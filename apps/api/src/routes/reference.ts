import type { FastifyInstance } from 'fastify';
import { readAssets } from '../reference/assets.ts';
import { CONTENT_SECURITY_POLICY, referencePage } from '../reference/page.ts';

/**
 * The interactive reference at `/docs`, which needs no key to be read. The viewer is Swagger UI: of those
 * that can try an operation it is the one that runs under a policy without inline script and style, loads
 * nothing from elsewhere, and is both free and kept up.
 */
export function registerReference(app: FastifyInstance): void {
  const assets = readAssets();
  const page = referencePage(assets);
  app.get('/docs', (_request, reply) =>
    reply
      .headers({ 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-robots-tag': 'noindex' })
      .type('text/html; charset=utf-8')
      .send(page),
  );
  const byPath = new Map(Object.values(assets).map((one) => [one.path, one]));
  app.get<{ Params: { readonly digest: string; readonly name: string } }>(
    '/docs/:digest/:name',
    ({ params: { digest, name } }, reply) => {
      const asset = byPath.get(`${digest}/${name}`);
      if (asset === undefined) return reply.callNotFound();
      return reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(asset.type)
        .send(asset.body);
    },
  );
}
