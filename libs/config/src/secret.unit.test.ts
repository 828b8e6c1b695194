import { format, inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from './secret.ts';

it('never shows itself, except when asked', () => {
  const secret = new Secret('hunter2hunter2');
  const shown = [
    String(secret),
    `${secret.toString()}`,
    JSON.stringify({ deep: [secret] }),
    inspect({ deep: { secret } }, { showHidden: true, depth: 9 }),
    format('%s %o %j', secret, secret, secret),
    Object.entries(secret).join(),
  ].join('\n');
  expect(shown).not.toContain('hunter2');
  expect(shown).toContain('[secret]');
  expect(secret.reveal()).toBe('hunter2hunter2');
});
