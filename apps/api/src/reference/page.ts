import type { Assets } from './assets.ts';

/**
 * Scripts, styles and requests of this origin, and pictures that stand in the viewer's style. No script
 * that is written into a page runs, nothing comes from another host, and nothing goes to one.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page that shows `/openapi.json`; its paths are relative, so that a proxy may put it anywhere. */
export function referencePage({ viewerStyle, viewer, style, start }: Assets): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of Cadenza</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/${viewerStyle.path}">
<link rel="stylesheet" href="docs/${style.path}">
<script src="docs/${viewer.path}" defer></script>
<script src="docs/${start.path}" type="module"></script>
</head>
<body>
<div id="reference"><noscript>This page needs JavaScript. <a href="openapi.json">openapi.json</a> has what it shows.</noscript></div>
</body>
</html>
`;
}
