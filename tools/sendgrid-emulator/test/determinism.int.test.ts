import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../src/index.ts';
import { seededRandom, shuffled } from '../src/seeded.ts';
import { fastEmulator, send } from './support/emulator.ts';

const people = Array.from({ length: 150 }, (_, n) => `person${n}@example.org`);

interface Happening {
  /** Recipient, event and which one of the recipient it is. */
  readonly what: string;
  /** Campaign milliseconds after the mail was accepted. */
  readonly afterMs: number;
}

/** What happens to each person under the default profile. */
async function storyOf(
  order: readonly string[],
  options: EmulatorOptions,
  mail: { readonly ids: string; readonly subject?: string },
): Promise<readonly Happening[]> {
  await using emulator = await fastEmulator(options);
  for (const to of order) {
    const args = { cadenza_message_id: `${mail.ids}-${to}` };
    await send(emulator.url, { to, args, subject: mail.subject ?? 'Hello' });
  }
  const acceptedAt = new Map(
    emulator.ledger.accepted.map(({ providerMessageId, at }) => [providerMessageId, at]),
  );
  const nth = new Map<string, number>();
  return emulator.ledger.planned
    .map(({ email, event, due, providerMessageId }) => {
      const count = (nth.get(email) ?? 0) + 1;
      nth.set(email, count);
      return {
        what: `${email} ${String(count)} ${event}`,
        afterMs: due - (acceptedAt.get(providerMessageId) ?? 0),
      };
    })
    .sort((x, y) => (x.what < y.what ? -1 : 1));
}

const names = (story: readonly Happening[]): string[] => story.map(({ what }) => what);
const clock = (rate: number) => ({ rate, realBase: Date.now(), campaignBase: Date.now() });

test('one seed: the same behaviour and delays in any order, at any rate, with any ids', async () => {
  const first = await storyOf(people, { seed: 'a', clock: clock(1) }, { ids: 'x' });
  const mixed = shuffled(seededRandom('order'), people);
  const second = await storyOf(mixed, { seed: 'a', clock: clock(100) }, { ids: 'y' });
  expect(names(second)).toEqual(names(first));
  for (const [index, { afterMs }] of first.entries()) {
    // Accepting takes some real time, a hundred times as much in campaign time: seconds at most.
    expect(Math.abs(afterMs - (second[index]?.afterMs ?? NaN))).toBeLessThan(10_000);
  }
  expect(first.length).toBeGreaterThan(2 * people.length);
});

test('another seed or another subject: other behaviour', async () => {
  const options = { seed: 'a', clock: clock(1) };
  const first = names(await storyOf(people, options, { ids: 'x' }));
  const reseeded = await storyOf(people, { ...options, seed: 'b' }, { ids: 'x' });
  expect(names(reseeded)).not.toEqual(first);
  const renamed = await storyOf(people, options, { ids: 'x', subject: 'Again' });
  expect(names(renamed)).not.toEqual(first);
});

test('the default profile is near its likelihoods', async () => {
  const story = await storyOf(people, { seed: 'a', clock: clock(1) }, { ids: 'x' });
  const opened = new Set(
    names(story)
      .filter((what) => what.endsWith(' open'))
      .map((what) => what.split(' ')[0]),
  );
  // 0.4 by people and 0.15 by proxies, of those delivered: about 47 %.
  expect(opened.size / people.length).toBeGreaterThan(0.35);
  expect(opened.size / people.length).toBeLessThan(0.6);
});
