import type { Issuer } from '@cadenza/testing/oidc-issuer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBrowser } from './support/browser.ts';
import {
  BEGUN,
  changeBegun,
  person,
  refusal,
  startSigningIn,
  type SigningIn,
} from './support/signing-in.ts';
import type { World } from './support/world.ts';

let here: SigningIn;
let world: World;
let issuer: Issuer;
beforeAll(async () => {
  here = await startSigningIn();
  ({ world, issuer } = here);
});
afterAll(() => here.close());
beforeEach(() => here.mend());

describe('nobody is signed in by an address that', () => {
  test.each([
    ['is not verified', { email_verified: false }],
    ['is not said to be verified', { email_verified: undefined }],
    ['is said so in another form', { email_verified: 'true' }],
    ['is said so by a number', { email_verified: 1 }],
    ['is none', { email: 'nobody' }],
  ])('%s', async (_what, over) => {
    const ada = person();
    const { userId } = await here.userOf(ada);
    const browser = createBrowser(world);
    const [status, detail] = refusal(browser, await here.signIn(browser, { ...ada, ...over }));
    expect(status).toBe(403);
    expect(detail).toContain('email_verified');
    expect(await here.identityOf(userId)).toMatchObject({ oidc_subject: null });
  });
});

describe('an answer of the issuer', () => {
  async function ready() {
    const ada = person();
    await here.userOf(ada);
    const browser = createBrowser(world);
    return { ada, browser };
  }

  test('is taken once: a code that comes again is none', async () => {
    const { ada, browser } = await ready();
    const back = await here.answered(browser, ada);
    const begun = browser.cookies.get(BEGUN) ?? '';
    expect((await browser.fetch('GET', back)).status).toBe(303);
    const thief = createBrowser(world);
    expect(refusal(thief, await thief.fetch('GET', back))[0]).toBe(400);
    // Even with all that the browser had.
    thief.cookies.set(BEGUN, begun);
    expect(refusal(thief, await thief.fetch('GET', back))[0]).toBe(400);
  });

  test('that comes twice at once is no fault of the issuer, which takes back what it gave', async () => {
    const { ada, browser } = await ready();
    const back = await here.answered(browser, ada);
    const again = createBrowser(world);
    again.cookies.set(BEGUN, browser.cookies.get(BEGUN) ?? '');
    const answers: number[] = [];
    issuer.beforeUserInfo = async () => {
      answers.push((await again.fetch('GET', back)).status);
    };
    answers.push((await browser.fetch('GET', back)).status);
    expect(answers).toEqual([400, 400]);
    expect((await here.signIn(browser, ada)).status).toBe(303);
  });

  test('is of no use in another browser', async () => {
    const { ada, browser } = await ready();
    const back = await here.answered(browser, ada);
    const other = createBrowser(world);
    await other.fetch('GET', '/v1/sign-in');
    expect(refusal(other, await other.fetch('GET', back))[0]).toBe(400);
  });

  test.each([
    ['another state', (back: string) => back.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`)],
    ['no state', (back: string) => back.replace(/&?state=[^&]+/, '')],
    ['no code', (back: string) => back.replace(/code=[^&]+&?/, '')],
    ['another code', (back: string) => back.replace(/code=[^&]+/, `code=${'A'.repeat(43)}`)],
    ['another issuer', (back: string) => back.replace(/iss=[^&]+/, 'iss=https://evil.example')],
    ['the code twice', (back: string) => `${back}&code=A`],
    ['the state twice', (back: string) => `${back}&state=A`],
  ])('with %s is refused', async (_what, change) => {
    const { ada, browser } = await ready();
    const back = await here.answered(browser, ada);
    const changed = change(back);
    expect(changed).not.toBe(back);
    const [status] = refusal(browser, await browser.fetch('GET', changed));
    expect(status).toBe(400);
    expect(browser.cookies.has(BEGUN)).toBe(false);
  });

  test('whose nonce is not the browser’s is refused', async () => {
    const { ada, browser } = await ready();
    const back = await here.answered(browser, ada);
    changeBegun(browser, { nonce: 'A'.repeat(43) });
    expect(refusal(browser, await browser.fetch('GET', back))[0]).toBe(502);
  });

  test('to whose challenge the browser has not the verifier is refused', async () => {
    const { ada, browser } = await ready();
    const back = await here.answered(browser, ada);
    changeBegun(browser, { verifier: 'A'.repeat(43) });
    expect(refusal(browser, await browser.fetch('GET', back))[0]).toBe(400);
  });

  test.each([
    ['another nonce', { claims: { nonce: 'A'.repeat(43) } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['another client', { claims: { aud: 'another' } }],
    ['a time that is over', { claims: { exp: 1_700_000_000 } }],
    ['another signature', { signature: 'foreign' }],
    ['no signature', { signature: 'none' }],
    ['nothing but that', { signature: 'missing token' }],
  ] as const)('whose ID token has %s is refused', async (_what, tamper) => {
    const { ada, browser } = await ready();
    issuer.tamper = tamper;
    const [status] = refusal(browser, await here.signIn(browser, ada));
    expect(status).toBe(502);
  });

  test('whose claims were changed with the issuer’s own key is taken, so that the test says something', async () => {
    const { ada, browser } = await ready();
    issuer.tamper = { claims: { extra: true } };
    expect((await here.signIn(browser, ada)).status).toBe(303);
  });

  test('that says no is passed on', async () => {
    const { browser } = await ready();
    const [status, detail] = refusal(browser, await here.signIn(browser, null));
    expect(status).toBe(403);
    expect(detail).toContain('access_denied');
  });
});

describe('a place to return to', () => {
  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    'javascript:alert(1)',
    'evil',
    '@evil.example',
    '',
  ])('is no other origin: %j', async (returnTo) => {
    const browser = createBrowser(world);
    const query = new URLSearchParams({ returnTo }).toString();
    const answer = await browser.fetch('GET', `/v1/sign-in?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body['problems']).toMatchObject([{ path: 'query.returnTo' }]);
    expect(browser.cookies.size).toBe(0);
  });

  test('is none that was put into the cookie, either', async () => {
    const ada = person();
    await here.userOf(ada);
    const browser = createBrowser(world);
    const back = await here.answered(browser, ada);
    changeBegun(browser, { returnTo: '//evil.example' });
    expect((await browser.fetch('GET', back)).headers.get('location')).toBe('/');
  });
});
