import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const executablePath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) =>
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)),
  )
  .find((path) => existsSync(path));
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Why a test of a page is left out where there is none. */
export const NO_CHROMIUM = 'only where there is a chromium (apt-get install chromium)';

/** The browser on the path; null where there is none. */
export async function launchChromium(): Promise<Browser | null> {
  if (executablePath === undefined) return null;
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/**
 * What axe finds that keeps people out, with where it is.
 *
 * @param page whose policy is not enforced: axe is a script of ours in it.
 * @param known rules that are let pass.
 */
export async function barriers(page: Page, known: readonly string[] = []): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(
    'axe.run(document)',
  );
  return violations
    .filter(({ id, impact }) => impact !== 'minor' && !known.includes(id))
    .map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ html }) => html).join()}`);
}
