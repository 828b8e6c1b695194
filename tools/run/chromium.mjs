import { fileURLToPath } from 'node:url';
import { aptInstall, canInstall, onPath } from './apt.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser on the path that tests of pages are run in, or `none`. */
export function browserSource() {
  return NAMES.find(onPath) ?? 'none';
}

/** Installs chromium where that needs no question. */
export async function ensureChromium() {
  if (browserSource() !== 'none') return;
  if (!canInstall()) {
    console.warn('cadenza: no browser for the tests of pages: install chromium');
    return;
  }
  await aptInstall('chromium', 'the tests of pages');
}

// As a program it prints the browser, which is an input of every cached test run.
if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(browserSource());
