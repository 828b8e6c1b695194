import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../src/index.ts';

describe('README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it('shows a plan that is valid, without warnings', () => {
    const json = /```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(parsePlan(JSON.parse(json))).toMatchObject({ ok: true, warnings: [] });
  });
});
