import { expect, test } from 'vitest';
import { isVouchedFor } from './vouched-sender.ts';

function vouched(fields: Record<string, string>, from = 'ann@corp.example', returnPath = from) {
  const bytes = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)]),
  );
  return isVouchedFor({ from: { address: from, name: null }, returnPath }, bytes);
}

test('a sender is vouched for by a DKIM signature of their domain, or of one above or below it', () => {
  expect(vouched({ dkim: '{@corp.example : pass}' })).toBe(true);
  expect(vouched({ DKIM: '{@list.example : fail, @Mail.Corp.example : pass}' })).toBe(true);
  expect(vouched({ dkim: '{@corp.example : pass}' }, 'ann@eu.corp.example')).toBe(true);
});

test('a sender is vouched for by SPF where the envelope is of their domain', () => {
  expect(vouched({ SPF: 'pass' })).toBe(true);
  expect(vouched({ SPF: 'pass' }, 'ann@corp.example', 'bounces@mailer.example')).toBe(false);
  expect(vouched({ SPF: 'pass' }, 'ann@corp.example', '')).toBe(false);
});

test.each([
  {},
  { dkim: '{@corp.example : fail}' },
  { dkim: '{@evil.example : pass}' },
  { dkim: '{@evilcorp.example : pass}' },
  { dkim: '{@example : pass}' },
  { dkim: 'none', SPF: 'softfail' },
  { SPF: 'passed on' },
])('nobody is vouched for by %o', (fields) => {
  expect(vouched(fields)).toBe(false);
});
