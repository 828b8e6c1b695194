import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const logger = new URL('../src/logger.ts', import.meta.url).href;

it('lets a process exit whose last lines nobody reads', async () => {
  const program = `
    import { createLogger } from ${JSON.stringify(logger)};
    const log = createLogger({ level: 'info', app: 'api' });
    process.stdin.once('end', () => {
      log.info('unheard');
      log.info('unheard, too');
      process.exit(3);
    });
    process.stdin.resume();
    process.stderr.write('ready');
  `;
  const child = spawn(
    process.execPath,
    ['--conditions=@cadenza/source', '--input-type=module', '--eval', program],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  try {
    const [ready] = (await once(child.stderr, 'data')) as [Buffer];
    expect(String(ready)).toBe('ready');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    const ended = once(child, 'exit');
    child.stdin.end();
    expect(await ended).toEqual([3, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
