import { newId } from '@cadenza/domain';
import { describe, expect, it } from 'vitest';
import { createLogger, type LoggerOptions } from './index.ts';

type Line = Record<string, unknown> & { err?: Record<string, unknown> };

function logger(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: 'debug',
    app: 'test',
    hashKey: 'key',
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Line };
}

const HASH = '[email:';
const ADDRESS = 'Ada.Lovelace+x@Example.co.uk';

describe('createLogger', () => {
  it('writes JSON lines with level, time and app', () => {
    const { log, last, lines } = logger();
    const tenantId = newId();
    log.info({ queue: 'outreach-send', count: 3, tenantId }, 'dispatched');
    expect(last()).toMatchObject({
      ...{ level: 'info', app: 'test', msg: 'dispatched' },
      ...{ queue: 'outreach-send', count: 3, tenantId },
    });
    expect(Date.parse(String(last().time))).toBeGreaterThan(0);
    log.debug('shown');
    logger({ level: 'warn' }).log.info('not shown');
    expect(lines).toHaveLength(2);
  });

  it.each<[string, (log: ReturnType<typeof logger>['log']) => void]>([
    ['a message', (log) => log.info(`sent to ${ADDRESS}.`)],
    ['an argument of a message', (log) => log.info('sent to %s', ADDRESS)],
    ['an object in a message', (log) => log.info('sent %o', { to: ADDRESS })],
    ['a message after fields', (log) => log.info({ count: 1 }, 'sent to %s', ADDRESS)],
    ['a field', (log) => log.info({ reason: `550 <${ADDRESS}> unknown` })],
    ['an unknown field', (log) => log.info({ recipient: ADDRESS })],
    ['a key', (log) => log.info({ [ADDRESS]: 1 })],
    ['nested objects and lists', (log) => log.info({ a: { b: [{ reason: ADDRESS }] } })],
    ['an error', (log) => log.error(new Error(`no mailbox ${ADDRESS}`))],
    ['an error and a message', (log) => log.error(new Error(ADDRESS), 'failed for %s', ADDRESS)],
    ['an error in a field', (log) => log.error({ err: new Error(ADDRESS) }, 'failed')],
    ['the cause of an error', (log) => log.error(new Error('x', { cause: new Error(ADDRESS) }))],
    ['a text thrown as a cause', (log) => log.error(new Error('x', { cause: ADDRESS }))],
    ['a field of an error', (log) => log.error(Object.assign(new Error('x'), { detail: ADDRESS }))],
    ['a child logger', (log) => log.child({ reason: ADDRESS }).info('x')],
    ['a grandchild', (log) => log.child({ count: 1 }).child({ note: ADDRESS }).info('x')],
    [
      'added bindings',
      (log) => {
        const child = log.child({});
        child.setBindings({ reason: ADDRESS });
        child.info('x');
      },
    ],
    ['a map', (log) => log.info({ headers: new Map([['to', ADDRESS]]) })],
    ['an encoded address', (log) => log.info({ path: '/u?e=ada%40example.co.uk' })],
  ])('hides an address in %s', (_where, write) => {
    const { log, lines } = logger();
    write(log);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.toLowerCase()).not.toMatch(/ada|lovelace|example\.co/);
  });

  it('gives an address the same hash under the same key, whatever its case', () => {
    const hashOf = (hashKey: string, address: string) => {
      const { log, last } = logger({ hashKey });
      log.info({ reason: address });
      return last().reason;
    };
    expect(hashOf('key', 'ada@example.com')).toMatch(/^\[email:[0-9a-f]{12}\]$/);
    expect(hashOf('key', 'ADA@example.com')).toBe(hashOf('key', 'ada@example.com'));
    expect(hashOf('key', 'bob@example.com')).not.toBe(hashOf('key', 'ada@example.com'));
    expect(hashOf('other', 'ada@example.com')).not.toBe(hashOf('key', 'ada@example.com'));
  });

  it('keeps what stands around an address', () => {
    const { log, last } = logger();
    log.info({ reason: 'a: x@y.com, <z@y.com>; 5 @ 3, @home, x@.' });
    expect(last().reason).toMatch(/^a: \[email:\w+\], <\[email:\w+\]>; 5 @ 3, @home, x@\.$/);
  });

  it('logs texts only under keys that are known to be harmless', () => {
    const { log, last } = logger();
    log.info({ subject: 'Hello Ada', html: '<p>Hi</p>', name: 'event-worker', note: ['Ada'] });
    expect(last()).toMatchObject({
      subject: '[text of 9 characters]',
      html: '[text of 9 characters]',
      name: 'event-worker',
      note: ['[text of 3 characters]'],
    });
  });

  it.each([
    ['postgres://cadenza:geheim@db/x', 'postgres://[credentials]@db/x'],
    ['key SG.geheim-geheim.geheim refused', 'key [api key] refused'],
    ['key cdz_geheim12_geheimgeheim refused', 'key [api key] refused'],
    ['secret whsec_Z2VoZWlt/Z2VoZWlt= refused', 'secret [secret] refused'],
    ['Authorization: Bearer geheim.geheim', 'Authorization: Bearer [credentials]'],
  ])('hides the credentials in %s', (text, shown) => {
    const { log, last, lines } = logger();
    log.warn({ reason: text }, text);
    expect(last()).toMatchObject({ reason: shown, msg: shown });
    expect(lines.join()).not.toContain('geheim');
  });

  it('writes of errors what helps, and nothing that drivers add', () => {
    const { log, last } = logger();
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      row: { a: 'secret' },
    });
    log.error({ err: new TypeError('outer', { cause }), queue: 'q' }, 'failed');
    expect(last().err).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('logger.unit.test') as string,
      cause: { type: 'Error', message: 'duplicate key', code: '23505' },
    });
    expect(JSON.stringify(last())).not.toContain('secret');
  });

  it('bears cycles, depth, length and strange values', () => {
    const { log, last, lines } = logger();
    const cycle: Record<string, unknown> = { count: 1 };
    cycle.self = cycle;
    log.info({
      cycle,
      many: Array.from({ length: 60 }, (_, index) => index),
      reason: 'x'.repeat(5_000),
      big: 10n,
      buffer: Buffer.from(ADDRESS),
      nothing: null,
      call: () => ADDRESS,
    });
    expect(last()).toMatchObject({ big: '10', buffer: '[Buffer]', nothing: null });
    expect(last().many).toHaveLength(51);
    expect(String(last().reason)).toHaveLength(4_001);
    expect(lines[0]).toContain('[too deep]');
    expect(lines[0]).not.toContain(HASH);
  });

  it('takes time that grows with the text and no faster', () => {
    const { log, lines } = logger();
    const before = performance.now();
    for (let i = 0; i < 200; i += 1) log.info({ reason: `${'a.'.repeat(1_900)}@` });
    expect(lines).toHaveLength(200);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
