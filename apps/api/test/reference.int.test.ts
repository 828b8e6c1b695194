import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { barriers, launchChromium, NO_CHROMIUM } from './support/chromium.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
let page: string;

beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
  page = await (await fetch(`${world.baseUrl}/docs`)).text();
});
afterAll(() => world.close());

/** Paths that the page names, as a browser resolves them. */
function named(): URL[] {
  return [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, path = '']) => new URL(path, `${world.baseUrl}/docs`),
  );
}

describe('the reference', () => {
  test('is read without a key, and its policy lets nothing in from elsewhere', async () => {
    const answer = await fetch(`${world.baseUrl}/docs`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')[0]).toBe("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|:\/\//);
    expect(page).not.toMatch(/<script(?! src)|<style| style=| on\w+=/);
  });

  test('names files of its own origin alone, each of which is there and may be kept', async () => {
    const files = named().filter(({ protocol, pathname }) => {
      return protocol !== 'data:' && pathname !== '/openapi.json';
    });
    expect(files).toHaveLength(4);
    for (const url of files) {
      expect(url.origin).toBe(world.baseUrl);
      const answer = await fetch(url);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(answer.headers.get('content-type')).toMatch(/^text\/(css|javascript);/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await answer.text()).length).toBeGreaterThan(100);
    }
  });

  test.each(['/docs/0000000000000000/viewer.js', '/docs/../package.json', '/docs/x'])(
    'has nothing at %s',
    async (path) => {
      expect((await fetch(`${world.baseUrl}${path}`)).status).toBe(404);
    },
  );
});

describe('in a browser', () => {
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(({ skip }) => skip(browser === null, NO_CHROMIUM));

  async function open(bypassCSP: boolean): Promise<{ view: Page; said: string[]; asked: URL[] }> {
    const context = await (browser as Browser).newContext({ bypassCSP });
    const view = await context.newPage();
    const said: string[] = [];
    view.on('console', (message) => said.push(message.text()));
    view.on('pageerror', ({ message }) => said.push(message));
    const asked: URL[] = [];
    view.on('request', (request) => asked.push(new URL(request.url())));
    await view.goto(`${world.baseUrl}/docs`);
    return { view, said, asked };
  }

  async function unfold(view: Page, tag: string, operation: string) {
    await view.locator(`#operations-tag-${tag}`).click();
    const block = view.locator(`#operations-${tag}-${operation}`);
    await block.locator('.opblock-summary-control').click();
    return block;
  }

  test('an operation is read, and carried out with a key that is kept nowhere', async () => {
    const { view, said, asked } = await open(false);
    const block = await unfold(view, 'Leads', 'createLead');
    await block.getByRole('button', { name: 'Try it out' }).click();
    const body = block.locator('textarea');
    expect(JSON.parse(await body.inputValue())).toHaveProperty('name');
    await body.fill('{"name": "Acme of the reference"}');

    await block.getByRole('button', { name: 'Execute' }).click();
    await block.locator('.live-responses-table').getByText('401').first().waitFor();
    expect(said.splice(0)).toEqual([expect.stringContaining('401')]);

    await view.locator('.btn.authorize').click();
    await view.locator('.auth-container input').fill(tenant.key);
    await view.locator('.auth-container').getByRole('button', { name: 'Apply' }).click();
    await view.locator('.auth-container').getByRole('button', { name: 'Close' }).click();
    await block.getByRole('button', { name: 'Execute' }).click();
    await block.locator('.live-responses-table').getByText('201').first().waitFor();
    expect(await block.locator('.live-responses-table').textContent()).toContain(
      'Acme of the reference',
    );

    expect(await world.rows('SELECT name FROM leads WHERE tenant_id = $1', [tenant.id])).toEqual([
      { name: 'Acme of the reference' },
    ]);
    expect(said).toEqual([]);
    const kept = 'JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])';
    expect(await view.evaluate<string>(kept)).toBe('[{},{},""]');
    expect(
      new Set(asked.filter(({ protocol }) => protocol !== 'data:').map((u) => u.origin)),
    ).toEqual(new Set([world.baseUrl]));
    await view.context().close();
  });

  test('what keeps people out is the viewer’s known few', async () => {
    const { view } = await open(true);
    const block = await unfold(view, 'Leads', 'createLead');
    await block.getByRole('button', { name: 'Try it out' }).click();
    expect(
      await barriers(view, ['heading-order', 'label', 'nested-interactive', 'region']),
    ).toEqual([]);
    await view.context().close();
  });
});
