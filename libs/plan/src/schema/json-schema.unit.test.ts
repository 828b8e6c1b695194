import { describe, expect, it } from 'vitest';
import { planJsonSchema } from '../index.ts';

describe('planJsonSchema', () => {
  it('describes the plan', () => {
    expect(planJsonSchema()).toMatchObject({
      title: 'Cadenza Plan 1.0',
      type: 'object',
      required: ['version', 'timezone', 'startNodeId', 'nodes'],
      additionalProperties: false,
    });
  });
});
