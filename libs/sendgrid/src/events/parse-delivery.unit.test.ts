import { describe, expect, it } from 'vitest';
import { parseDelivery } from './parse-delivery.ts';

const open = { event: 'open', timestamp: 1_767_600_000, email: 'ann@example.com' };

describe('a delivery of SendGrid', () => {
  it('keeps each event at its place, and what is none apart with its text', () => {
    const parsed = parseDelivery(Buffer.from(JSON.stringify([7, open, { event: 'click' }])));
    expect(parsed).toMatchObject({
      ok: true,
      events: [{ position: 1, event: { type: 'opened', at: 1_767_600_000_000 } }],
      rejected: [
        { position: 0, raw: { text: '7' } },
        { position: 2, raw: { text: '{"event":"click"}' } },
      ],
    });
  });

  it('is refused whole where it is no list', () => {
    expect(parseDelivery(Buffer.from('{"event":"open"}'))).toEqual({
      ok: false,
      reason: expect.stringContaining('array') as string,
    });
  });
});
