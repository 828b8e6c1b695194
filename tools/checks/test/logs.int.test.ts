import { BODY_CANARY as OF_FIXTURES } from '@cadenza/testing';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BODY_CANARY, leakIn, scanLogs } from '../../run/scan-logs.mjs';
import { ROOT, succeed } from './workspace.ts';

let results: string;

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'cadenza-logs-'));
});

afterEach(() => {
  rmSync(results, { recursive: true, force: true });
});

describe('the scan of what tests have logged', () => {
  it.each([
    ['address', 'could not write to ada.lovelace@example.com'],
    ['address', '"GET /v1/contacts?email=ada%40example.org"'],
    ['address', 'näme@müller.example'],
    ['key', `Bearer cdz_0a1b2c3d_${'k'.repeat(43)}_012345`],
    ['key', 'SG.emulator.key refused'],
    ['key', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['password', 'connecting to postgres://cadenza_api:geheim@127.0.0.1:5432/cadenza'],
    ['body', `<p>Hello, ${BODY_CANARY}</p>`],
  ])('finds a planted %s: %s', (kind, line) => {
    expect(leakIn(line)).toBe(kind);
  });

  it.each([
    'request of [email:0a1b2c3d4e5f] answered',
    'at file:///srv/node_modules/@cadenza/engine/dist/index.js:1:1',
    'at run (/srv/node_modules/vitest@5.1.1/index.js)',
    'postgres://[credentials]@127.0.0.1:5432/cadenza',
    'a secret of 5 characters was found, expected one that begins with "SG."',
    'expected "Authorization: Bearer cdz_…"',
  ])('lets pass: %s', (line) => {
    expect(leakIn(line)).toBeNull();
  });

  it('has the canary that fixtures hold', () => {
    expect(BODY_CANARY).toBe(OF_FIXTURES);
  });

  it('names file and line, counts all lines, and reads no other files', () => {
    const logs = join(results, 'apps', 'api', 'logs');
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, 'process-1.log'), '{"msg":"ready"}\n{"msg":"to ada@example.com"}\n');
    writeFileSync(join(results, 'apps', 'api', 'results.json'), '"ada@example.com"');
    expect(scanLogs(results)).toEqual({
      lines: 2,
      files: 1,
      leaks: [
        {
          kind: 'address',
          at: 'apps/api/logs/process-1.log:2',
          line: '{"msg":"to ada@example.com"}',
        },
      ],
    });
  });

  it('has lines of a logger that hides nothing, wherever they are written', async () => {
    const logs = join(results, 'libs', 'x', 'logs');
    const program = `
      await import(${JSON.stringify(join(ROOT, 'tools/run/collect-logs.mjs'))});
      const { pino } = await import('pino');
      pino({}, { write() {} }).child({ who: 'ada@example.com' }).warn('is written to nobody');`;
    await succeed('node', ['--input-type=module', '--eval', program], {
      cwd: ROOT,
      env: { ...process.env, CADENZA_TEST_LOGS: logs },
    });
    expect(scanLogs(results)).toMatchObject({ lines: 1, leaks: [{ kind: 'address' }] });
  });
});
