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

  it('asks a send node for a subject, or for a thread to take it from', () => {
    const text = JSON.stringify(planJsonSchema());
    expect(text).toContain('"anyOf":[{"required":["subject"]},{"required":["threadWith"]},');
    expect(text).toContain('"required":["id","channel","transitions","action","body"]');
  });

  it('takes an SMS without a subject', () => {
    const text = JSON.stringify(planJsonSchema());
    expect(text).toContain('{"properties":{"channel":{"const":"sms"},"subject":false,');
    expect(text).toContain('"enum":["email","sms"]');
  });
});
