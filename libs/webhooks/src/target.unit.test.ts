import { expect, test } from 'vitest';
import { webhookUrlProblem } from './target.ts';

test.each([
  'https://hooks.example.com/in?token=1',
  'https://hooks.example.com:8443/',
  'https://8.8.8.8/',
  'https://[2606:4700:4700::1111]/',
])('takes %s', (url) => {
  expect(webhookUrlProblem(url, 'public')).toBeNull();
});

test.each([
  ['http://hooks.example.com/', /https/],
  ['ftp://hooks.example.com/', /https/],
  ['file:///etc/passwd', /https/],
  ['hooks.example.com', /https/],
  ['https://', /https/],
  ['https://user@hooks.example.com/', /user/],
  ['https://:pass@hooks.example.com/', /password/],
  ['https://hooks.example.com/#top', /fragment/],
  ['https://127.0.0.1/', /public internet/],
  ['https://127.1/', /public internet/],
  ['https://0x7f000001/', /public internet/],
  ['https://2130706433/', /public internet/],
  ['https://017700000001/', /public internet/],
  ['https://169.254.169.254/latest/meta-data', /public internet/],
  ['https://[::1]/', /public internet/],
  ['https://[::ffff:7f00:1]/', /public internet/],
  ['https://[fd00:ec2::254]/', /public internet/],
])('refuses %s', (url, expected) => {
  expect(webhookUrlProblem(url, 'public')).toMatch(expected);
});

test('takes http and any address where the installation allows it', () => {
  expect(webhookUrlProblem('http://127.0.0.1:8080/in', 'any')).toBeNull();
  expect(webhookUrlProblem('ftp://127.0.0.1/', 'any')).toMatch(/http/);
});
