import { expect, test } from 'vitest';
import { actorOf } from './actor.ts';

const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

test.each([
  ['opened', true, null, 'machine'],
  ['opened', true, BROWSER, 'machine'],
  ['opened', false, null, 'human'],
  ['opened', false, BROWSER, 'human'],
  [
    'opened',
    false,
    'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
    'human',
  ],
  [
    'opened',
    false,
    'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
    'human',
  ],
  ['clicked', false, BROWSER, 'human'],
  ['clicked', true, BROWSER, 'human'],
  [
    'clicked',
    false,
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'machine',
  ],
  ['clicked', false, 'Mozilla/5.0 (Windows NT 6.1) BingPreview/1.0b', 'machine'],
  ['clicked', false, 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'machine'],
  ['clicked', false, 'facebookexternalhit/1.1', 'machine'],
  ['clicked', false, 'python-requests/2.32.3', 'machine'],
  ['clicked', false, 'curl/8.5.0', 'machine'],
  ['clicked', false, 'Mozilla/5.0 (X11) HeadlessChrome/120.0.0.0', 'machine'],
  ['clicked', false, 'Curly Browser/1.0', 'human'],
  ['delivered', false, null, 'unknown'],
  ['unsubscribed', false, 'curl/8.5.0', 'unknown'],
] as const)('%s, flag %s, by %s: %s', (type, machineOpen, userAgent, expected) => {
  expect(actorOf(type, { machineOpen, userAgent }).actor).toBe(expected);
});

test('what gives a machine away is said', () => {
  const bot = { machineOpen: true, userAgent: 'curl/8.5.0' };
  expect(actorOf('opened', bot).machineSign).toBe('machine_open');
  expect(actorOf('clicked', bot).machineSign).toBe('user_agent');
  expect(actorOf('clicked', { ...bot, userAgent: BROWSER }).machineSign).toBeNull();
});
