import { createHash } from 'node:crypto';

/** The page's only style. Nothing of it comes from elsewhere, and no script runs. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --text: #1d2330; --quiet: #555e6e; --line: #8b94a3;
  --edge: #e1e4e9; --accent: #1f4fbf; --accent-strong: #173d94; --on-accent: #fff; --soft: #eef2fb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151b; --card: #1b2029; --text: #e8ebf0; --quiet: #aab3c1; --line: #7b8698;
    --edge: #2c3340; --accent: #9dbbff; --accent-strong: #c3d5ff; --on-accent: #0d1930; --soft: #222b3d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center;
  padding: 1.5rem 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main {
  width: 100%; max-width: 31rem; padding: 2rem 1.5rem; background: var(--card);
  border: 1px solid var(--edge); border-radius: 1rem;
}
h1 { margin: 0 0 .625rem; font-size: 1.5rem; line-height: 1.25; font-weight: 650; text-wrap: balance; }
h1, p, label { overflow-wrap: anywhere; }
p { margin: 0 0 .75rem; }
main > :last-child { margin-bottom: 0; }
.quiet { color: var(--quiet); }
form { margin: 1.5rem 0 0; }
.again { border-top: 1px solid var(--edge); padding-top: 1.25rem; }
fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
label {
  display: flex; gap: .75rem; align-items: flex-start; padding: .75rem .875rem; margin-top: .5rem;
  border: 1px solid var(--line); border-radius: .625rem; cursor: pointer;
}
label:has(:checked) { border-color: var(--accent); background: var(--soft); }
input { flex: none; width: 1.25rem; height: 1.25rem; margin: .15rem 0 0; accent-color: var(--accent); }
button {
  width: 100%; min-height: 3rem; padding: .625rem 1.25rem; font: inherit; font-weight: 600;
  color: var(--on-accent); background: var(--accent); border: 2px solid var(--accent);
  border-radius: .625rem; cursor: pointer;
}
button:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
.again button { color: var(--accent); background: transparent; border-color: var(--accent); }
.again button:hover { background: var(--soft); }
button:focus-visible, label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 3px; }
input:focus-visible { outline: none; }
@media (min-width: 40rem) { main { padding: 2.5rem; } }
@media (forced-colors: active) { button, label, main { border-color: currentcolor; } }
`;

/** Lets this style apply and this page's own form be sent, and nothing else at all. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
