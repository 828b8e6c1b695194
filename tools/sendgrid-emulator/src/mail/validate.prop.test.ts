import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateMail } from './validate.ts';

const NOW = Date.UTC(2026, 2, 2);
const address = fc.constantFrom('a@example.org', 'b@example.org', 'nobody', '', 7, null);
const party = fc.oneof(
  fc.record({ email: address, name: fc.constantFrom('A', 'a;b', 1) }),
  fc.json(),
);
const oddOr = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.jsonValue() });
const body = fc.record(
  {
    from: oddOr(party),
    personalizations: oddOr(
      fc.array(
        oddOr(
          fc.record(
            {
              to: oddOr(fc.array(party, { maxLength: 3 })),
              cc: oddOr(fc.array(party, { maxLength: 2 })),
              subject: oddOr(fc.string()),
              headers: oddOr(fc.dictionary(fc.string(), fc.string())),
              custom_args: oddOr(fc.dictionary(fc.string(), fc.string())),
              send_at: oddOr(fc.integer()),
            },
            { requiredKeys: [] },
          ),
        ),
        { maxLength: 3 },
      ),
    ),
    subject: oddOr(fc.string()),
    content: oddOr(
      fc.array(
        fc.record({
          type: fc.constantFrom('text/plain', 'text/html', 'text/x', ''),
          value: fc.constantFrom('x', ''),
        }),
        { maxLength: 3 },
      ),
    ),
    categories: oddOr(fc.array(fc.string())),
    mail_settings: fc.jsonValue(),
    tracking_settings: fc.jsonValue(),
    asm: fc.jsonValue(),
    reply_to: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

test('whatever comes, it is accepted with recipients and content, or refused with a message', () => {
  fc.assert(
    fc.property(fc.oneof(body, fc.jsonValue()), (input) => {
      const result = validateMail(input, NOW);
      if (result.ok) {
        expect(result.mail.parts.length).toBeGreaterThan(0);
        for (const part of result.mail.parts) expect(part.to.length).toBeGreaterThan(0);
        expect(result.mail.content.length).toBeGreaterThan(0);
      } else {
        expect(result.errors.length).toBeGreaterThan(0);
        for (const { message } of result.errors) expect(message).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});

test('a plain mail is accepted as it is', () => {
  const result = validateMail(
    {
      from: { email: 'a@example.com', name: 'A, of B' },
      personalizations: [{ to: [{ email: 'b@example.org' }], send_at: NOW / 1_000 + 60 }],
      subject: 'Hello',
      content: [{ type: 'text/plain', value: 'x' }],
    },
    NOW,
  );
  expect(result).toMatchObject({
    ok: true,
    mail: {
      parts: [{ subject: 'Hello', sendAt: NOW + 60_000, customArgs: {} }],
      openTracking: true,
      clickTracking: true,
      sandbox: false,
    },
  });
});
