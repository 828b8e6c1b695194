import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { START } from './start.ts';
import { STYLE } from './style.ts';

/** A file that the reference page loads. */
export interface Asset {
  /** Under the page's own path. Another content has another name, so that it may be kept for good. */
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

export type Assets = Readonly<Record<'viewerStyle' | 'viewer' | 'style' | 'start', Asset>>;

/** Reads what the reference page loads: the viewer, from its package, and what is ours. */
export function readAssets(): Assets {
  const { resolve } = createRequire(import.meta.url);
  const packaged = (name: string) => readFileSync(resolve(`swagger-ui-dist/${name}`));
  return {
    viewerStyle: asset('viewer.css', packaged('swagger-ui.css')),
    viewer: asset('viewer.js', packaged('swagger-ui-bundle.js')),
    style: asset('style.css', Buffer.from(STYLE)),
    start: asset('start.js', Buffer.from(START)),
  };
}

function asset(name: `${string}.css` | `${string}.js`, body: Buffer): Asset {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
  return { path: `${digest}/${name}`, type: `${type}; charset=utf-8`, body };
}
