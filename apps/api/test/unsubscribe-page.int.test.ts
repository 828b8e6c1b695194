import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { barriers, launchChromium, NO_CHROMIUM } from './support/chromium.ts';
import { makeRows, type Rows } from './support/examples.ts';
import { linkOf } from './support/links.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

/** What the visitor is not spared by the page's policy, and a test must be. */
const CONTEXT = { bypassCSP: true, locale: 'en' } as const;

let world: World;
let tenant: Tenant;
let browser: Browser | null = null;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await world.close();
});

beforeEach(({ skip }) => {
  skip(browser === null, NO_CHROMIUM);
});

async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

/** Whether what has the focus shows it: by an outline of its own, or of the label around it. */
async function focusIsSeen(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const focused = document.activeElement;
    return [focused, focused.closest('label')].some((one) => one !== null
      && getComputedStyle(one).outlineStyle === 'solid'
      && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
  })()`);
}

async function suppressionsOf({ email }: Rows): Promise<unknown[]> {
  return world.rows('SELECT reason, source FROM communication_suppressions WHERE value = $1', [
    email,
  ]);
}

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
const looks = sizes.flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

describe.each(looks)('on $viewport.width×$viewport.height, $colorScheme', (look) => {
  test('everything is done by the keyboard alone, and nothing keeps anybody out', async () => {
    const rows = await makeRows(tenant);
    const context = await (browser as Browser).newContext({ ...CONTEXT, ...look });
    const page = await context.newPage();
    const heading = () => page.locator('h1').textContent();
    const press = async (key: string) => {
      await page.keyboard.press(key);
      expect(await focusIsSeen(page), `after ${key}`).toBe(true);
    };
    const sound = async () => {
      expect(await barriers(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
    };
    const arrive = async () => {
      const loaded = page.waitForEvent('load');
      await page.keyboard.press('Enter');
      await loaded;
    };

    await page.goto(`${world.baseUrl}${linkOf(tenant, rows)}`);
    expect(await heading()).toContain('Stop e-mails from');
    await sound();
    // The campaign alone, then all of it, then back.
    await press('Tab');
    await press('ArrowDown');
    expect(await page.locator('input:checked').getAttribute('value')).toBe('leave-campaign');
    await press('Tab');
    await arrive();
    expect(await page.getByRole('status').textContent()).toContain(
      'no more e-mails of this series',
    );
    await sound();
    expect(await suppressionsOf(rows)).toEqual([]);

    await press('Tab');
    await arrive();
    expect(await page.getByRole('status').textContent()).toContain('no more e-mails');
    await sound();
    expect(await suppressionsOf(rows)).toEqual([{ reason: 'unsubscribed', source: 'link' }]);

    await press('Tab');
    await arrive();
    expect(await heading()).toBe('You are subscribed again');
    await sound();
    expect(await suppressionsOf(rows)).toEqual([]);
    await context.close();
  });
});

test('a link that does not work says so to everybody', async () => {
  for (const viewport of sizes) {
    const context = await (browser as Browser).newContext({ ...CONTEXT, viewport });
    const page = await context.newPage();
    await page.goto(`${world.baseUrl}/u/broken`);
    expect(await page.locator('h1').textContent()).toBe('This link does not work');
    expect(await barriers(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await context.close();
  }
});

test('the browser itself finds nothing that the page’s policy forbids', async () => {
  const rows = await makeRows(tenant);
  const context = await (browser as Browser).newContext({ locale: 'de' });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname.slice(0, 3)));

  await page.goto(`${world.baseUrl}${linkOf(tenant, rows)}`);
  await page.getByRole('button', { name: 'Abmelden' }).click();
  await page.getByRole('status').waitFor();

  expect(said.filter((text) => !text.includes('favicon'))).toEqual([]);
  expect(new Set(asked.filter((path) => path !== '/fa'))).toEqual(new Set(['/u/']));
  const background = await page.evaluate<string>(
    'getComputedStyle(document.querySelector("button")).minHeight',
  );
  expect(background).toBe('48px');
  expect(await suppressionsOf(rows)).toHaveLength(1);
  await context.close();
});
