import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAlive, startParent, until } from './support/processes.ts';

describe('PostgreSQL never outlives the process that started it', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('when that is ended by %s', async (signal) => {
    const { child, exited, report } = await startParent('stay');
    expect(isAlive(report.pid)).toBe(true);
    expect(existsSync(report.scratch)).toBe(true);

    child.kill(signal);
    await exited;
    await until('PostgreSQL has ended', () => !isAlive(report.pid));
    await until('its directory is gone', () => !existsSync(report.scratch));
  });

  it('when that ends by itself without stopping it', async () => {
    const { exited, report } = await startParent('end');
    expect(await exited).toEqual([0, null]);
    await until('PostgreSQL has ended', () => !isAlive(report.pid));
    await until('its directory is gone', () => !existsSync(report.scratch));
  });
});
