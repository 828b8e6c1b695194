import { newId, type LookupAnswer, type LookupFailure } from '@cadenza/domain';
import { describe, expect, test } from 'vitest';
import type { MessageRecord } from '../ports/messages.ts';
import { askPatiently, historyOf } from './ask-patiently.ts';

const FOUND = { kind: 'found', providerMessageId: 'x.y', status: 'delivered' } as const;

function limited(retryAfterMs: number | null): LookupFailure {
  return { kind: 'could_not_look', cause: 'rate_limited', retryAfterMs, reason: 'HTTP 429' };
}

function messages(count: number): MessageRecord[] {
  return Array.from({ length: count }, (_, n) => ({
    tenantId: newId(),
    id: newId(),
    enrollmentId: newId(),
    campaignId: newId(),
    contactId: newId(),
    nodeId: 'first',
    visit: 1,
    attempt: 1,
    channel: 'email',
    status: 'sent',
    toAddress: `person${n}@example.com`,
    begunAt: 1_000 + n,
  }));
}

/** A provider that says these things, the last of them for ever. */
function provider(...said: [LookupAnswer, ...LookupAnswer[]][]) {
  const asked: string[][] = [];
  const waited: number[] = [];
  return {
    asked,
    waited,
    options: {
      lookup: {
        lookUp: async (inquiries: readonly { readonly recipient: string }[]) => {
          const [first, ...rest] = said[Math.min(asked.length, said.length - 1)] ?? [FOUND];
          asked.push(inquiries.map(({ recipient }) => recipient));
          return inquiries.map((_, index) => [first, ...rest][index] ?? first);
        },
        historyOf: async () => {
          asked.push([]);
          return limited(2_000);
        },
        close: async () => undefined,
      },
      wait: async (ms: number) => {
        waited.push(ms);
      },
    },
  };
}

describe('asking about messages', () => {
  test('asks again for those alone that were refused, after the time that the provider names', async () => {
    const { asked, waited, options } = provider([FOUND, limited(12_000), limited(12_000)], [FOUND]);
    const answers = await askPatiently(messages(3), options);
    expect(answers.map(({ answer }) => answer)).toEqual([FOUND, FOUND, FOUND]);
    expect(answers.map(({ message }) => message.begunAt)).toEqual([1_000, 1_001, 1_002]);
    expect(asked).toEqual([
      ['person0@example.com', 'person1@example.com', 'person2@example.com'],
      ['person1@example.com', 'person2@example.com'],
    ]);
    expect(waited).toEqual([12_000]);
  });

  test.each([
    [null, 10_000],
    [0, 1_000],
    [86_400_000, 600_000],
  ])('told to wait for %s ms, it waits for %i', async (told, expected) => {
    const { waited, options } = provider([limited(told)], [FOUND]);
    await askPatiently(messages(1), options);
    expect(waited).toEqual([expected]);
  });

  test('a provider that answers nothing any more is not asked for ever', async () => {
    const { asked, options } = provider([limited(null)]);
    const answers = await askPatiently(messages(2), options);
    expect(answers.map(({ answer }) => answer)).toEqual([limited(null), limited(null)]);
    expect(asked).toHaveLength(10);
  });

  test('nor about the history of one', async () => {
    const { asked, waited, options } = provider([FOUND]);
    const [one] = await askPatiently(messages(1), options);
    if (one === undefined) throw new Error('no answer');
    expect(await historyOf(one, FOUND, options)).toEqual(limited(2_000));
    expect(asked).toHaveLength(11);
    expect(waited).toEqual(Array.from({ length: 9 }, () => 2_000));
  });
});
