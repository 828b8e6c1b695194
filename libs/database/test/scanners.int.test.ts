import { hiddenLinkUrl, type ProviderEvent } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deliver, providerEvent, sent, enrollmentOf, type Mail } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** As it was in a mail that left under another public URL. */
const HIDDEN = hiddenLinkUrl('https://former.example/mail');

/** An event of a mail, so many seconds after its arrival. */
function after(
  mail: Mail,
  arrivedAt: number,
  seconds: number,
  type: 'clicked' | 'delivered',
  link = '',
) {
  const over: Partial<ProviderEvent> = {
    at: arrivedAt + seconds * 1_000,
    url: type === 'clicked' ? (link === 'hide' ? HIDDEN : `https://example.com/${link}`) : null,
  };
  const event = providerEvent(world, mail, type, over);
  return { ...event, dedupeKey: `${event.dedupeKey.slice(0, 60)}${link.padEnd(4, '0')}` };
}

async function clicksOf(mail: Mail) {
  return world.rows<{ actor: string; sign: string | null }>(
    `SELECT actor, data ->> 'machineSign' AS sign FROM message_events
     WHERE message_id = ? AND type = 'clicked' ORDER BY occurred_at, url`,
    mail.messageId,
  );
}

describe('a click', () => {
  test('in the moment of arrival is a scanner’s, and moves nobody', async () => {
    const mail = await sent(world);
    const arrived = world.clock.now();
    const before = await enrollmentOf(world, mail.enrollmentId);
    await deliver(world, [
      after(mail, arrived, 0, 'delivered'),
      after(mail, arrived, 1, 'clicked', 'a'),
    ]);
    expect(await clicksOf(mail)).toEqual([{ actor: 'machine', sign: 'too_soon' }]);
    expect((await enrollmentOf(world, mail.enrollmentId)).node_id).toBe(before.node_id);
  });

  test('beside one on another link is a scanner’s, in whatever delivery the other comes', async () => {
    const mail = await sent(world);
    const arrived = world.clock.now();
    await deliver(world, [after(mail, arrived, 0, 'delivered')]);
    await deliver(world, [
      after(mail, arrived, 30, 'clicked', 'a'),
      after(mail, arrived, 31, 'clicked', 'b'),
    ]);
    await deliver(world, [after(mail, arrived, 33, 'clicked', 'c')]);
    expect(await clicksOf(mail)).toEqual([
      { actor: 'machine', sign: 'links_at_once' },
      { actor: 'machine', sign: 'links_at_once' },
      { actor: 'machine', sign: 'links_at_once' },
    ]);
  });

  test('on the hidden link is a scanner’s, as are those beside it, and moves nobody', async () => {
    const mail = await sent(world);
    const arrived = world.clock.now();
    const before = await enrollmentOf(world, mail.enrollmentId);
    await deliver(world, [
      after(mail, arrived, 600, 'clicked', 'a'),
      after(mail, arrived, 0, 'delivered'),
      after(mail, arrived, 602, 'clicked', 'hide'),
    ]);
    await deliver(world, [after(mail, arrived, 604, 'clicked', 'b')]);
    expect(await clicksOf(mail)).toEqual([
      { actor: 'machine', sign: 'hidden_link' },
      { actor: 'machine', sign: 'hidden_link' },
      { actor: 'machine', sign: 'hidden_link' },
    ]);
    expect((await enrollmentOf(world, mail.enrollmentId)).node_id).toBe(before.node_id);
    const counted = await world.rows(
      `SELECT actor, sum(count)::integer AS count FROM event_rollups
       WHERE campaign_id = ? AND type = 'clicked' GROUP BY actor`,
      mail.tenant.campaignId,
    );
    expect(counted).toEqual([{ actor: 'machine', count: 3 }]);

    await deliver(world, [after(mail, arrived, 700, 'clicked', 'a')]);
    expect((await clicksOf(mail)).at(-1)).toEqual({ actor: 'human', sign: null });
    expect((await enrollmentOf(world, mail.enrollmentId)).node_id).not.toBe(before.node_id);
  });

  test('on the hidden link is a scanner’s when nothing else is known of the mail', async () => {
    const mail = await sent(world);
    await deliver(world, [after(mail, world.clock.now(), 86_400, 'clicked', 'hide')]);
    expect(await clicksOf(mail)).toEqual([{ actor: 'machine', sign: 'hidden_link' }]);
  });

  test('on its own, some seconds after the arrival, is a person’s', async () => {
    const mail = await sent(world);
    const arrived = world.clock.now();
    await deliver(world, [
      after(mail, arrived, 0, 'delivered'),
      after(mail, arrived, 9, 'clicked', 'a'),
    ]);
    await deliver(world, [after(mail, arrived, 60, 'clicked', 'b')]);
    expect(await clicksOf(mail)).toEqual([
      { actor: 'human', sign: null },
      { actor: 'human', sign: null },
    ]);
  });
});
