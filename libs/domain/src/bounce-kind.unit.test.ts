import { describe, expect, it } from 'vitest';
import { bounceKindOfStatus } from './bounce-kind.ts';

describe('bounceKindOfStatus', () => {
  it.each([
    ['5.1.1', 'hard'],
    ['5.1.10', 'hard'],
    ['5.1.8', 'refused'],
    ['5.2.1', 'hard'],
    ['5.2.2', 'soft'],
    ['5.3.0', 'soft'],
    ['5.3.4', 'refused'],
    ['5.7.26', 'refused'],
    ['4.7.1', 'soft'],
    ['2.0.0', 'soft'],
  ])('takes %s for %s', (statusCode, kind) => {
    expect(bounceKindOfStatus(statusCode)).toBe(kind);
  });
});
