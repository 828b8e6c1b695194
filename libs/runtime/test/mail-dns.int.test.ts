import { startDnsServer, type TestDnsServer } from '@cadenza/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMailDns } from '../src/index.ts';

let server: TestDnsServer;

beforeAll(async () => {
  server = await startDnsServer({
    'mx.example': { mx: [[10, 'in.mx.example']] },
    'null.example': { mx: [[0, '.']], a: ['192.0.2.1'] },
    'both.example': {
      mx: [
        [0, '.'],
        [10, 'in.both.example'],
      ],
    },
    'four.example': { a: ['192.0.2.1'] },
    'six.example': { aaaa: ['loopback'] },
    'empty.example': { txt: ['nothing'] },
    'broken.example': { failure: 'SERVFAIL' },
    'closed.example': { failure: 'REFUSED' },
    'silent.example': { silent: true },
    'txt.example': { txt: ['short', 'x'.repeat(300)] },
    'alias.example': { cname: 'there.example' },
  });
});

afterAll(() => server.close());

const dns = (now = () => 0, canary: string | null = 'mx.example') =>
  createMailDns({ canary, servers: [server.address], timeoutMs: 200, tries: 1, monotonic: now });

describe('mail for a domain', () => {
  test.each([
    ['mx.example', { kind: 'mail_server' }],
    ['both.example', { kind: 'mail_server' }],
    ['null.example', { kind: 'none', reason: 'null_mx' }],
    ['four.example', { kind: 'address_only' }],
    ['six.example', { kind: 'address_only' }],
    ['empty.example', { kind: 'none', reason: 'no_server' }],
    ['nowhere.example', { kind: 'none', reason: 'no_domain' }],
    ['broken.example', { kind: 'unknown', reason: 'DNS could not be asked (ESERVFAIL)' }],
    ['closed.example', { kind: 'unknown', reason: 'DNS could not be asked (EREFUSED)' }],
    ['silent.example', { kind: 'unknown', reason: 'DNS could not be asked (ETIMEOUT)' }],
  ])('of %s goes as its records say', async (domain, route) => {
    expect(await dns().mailRoute(domain)).toEqual(route);
  });

  test('is asked for once while the answer is believed, a silence for a shorter time', async () => {
    let now = 0;
    const { mailRoute } = dns(() => now);
    const asks = async (domain: string) => {
      const before = server.asked.length;
      await Promise.all([mailRoute(domain), mailRoute(domain)]);
      return server.asked.length - before;
    };
    expect([await asks('mx.example'), await asks('mx.example')]).toEqual([1, 0]);
    expect(await asks('broken.example')).toBe(1);
    now = 60_000;
    expect([await asks('mx.example'), await asks('broken.example')]).toEqual([0, 1]);
    now = 3_600_001;
    expect(await asks('mx.example')).toBe(1);
  });
});

describe('what DNS says is not there', () => {
  test('is not believed while it says so of everything', async () => {
    let now = 0;
    const { mailRoute } = dns(() => now, 'canary.example');
    const denied = {
      kind: 'unknown',
      reason: 'DNS finds no mail server of canary.example either (none)',
    };
    for (const domain of ['nowhere.example', 'empty.example', 'null.example']) {
      expect(await mailRoute(domain)).toEqual(denied);
    }
    expect(await mailRoute('mx.example')).toEqual({ kind: 'mail_server' });
    server.set('canary.example', { mx: [[10, 'in.canary.example']] });
    now = 60_000;
    expect(await mailRoute('nowhere.example')).toEqual({ kind: 'none', reason: 'no_domain' });
    server.set('canary.example', null);
  });

  test('is believed without a domain to compare with, where none is wanted', async () => {
    expect(await dns(() => 0, null).mailRoute('nowhere.example')).toMatchObject({ kind: 'none' });
  });
});

test('texts come whole, and what is not there is told from what could not be asked', async () => {
  const { texts, alias } = dns();
  expect(await texts('txt.example')).toEqual({
    kind: 'found',
    values: ['short', 'x'.repeat(300)],
  });
  expect(await texts('mx.example')).toEqual({ kind: 'none' });
  expect(await texts('nowhere.example')).toEqual({ kind: 'none' });
  expect(await texts('broken.example')).toMatchObject({ kind: 'unknown' });
  expect(await alias('alias.example')).toEqual({ kind: 'found', values: ['there.example'] });
});
