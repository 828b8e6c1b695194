import { applyRetention, sweepOrphanBlobs } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants, setRetention, type Retention } from '../src/index.ts';
import {
  keepMail,
  memoryBlobs,
  mime,
  processMail,
  rawForm,
  replyAddressOf,
} from './support/inbound.ts';
import { sent, type Enrolled } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
const blobs = memoryBlobs();

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

/** In the middle of the month that was so many months ago. */
function middleOf(monthsAgo: number): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 15);
}

function keep({ tenant }: Enrolled, change: Partial<Retention>): Promise<Retention> {
  return inTenants(world.api, [tenant.tenantId], (trx) =>
    setRetention(trx, tenant.tenantId, change),
  );
}

const apply = () =>
  applyRetention({ store: world.store, blobs, sharedDeliveryMonths: null, limit: 1_000 });

describe('inbound mail', () => {
  const attached = (text: string) =>
    [
      'Content-Type: multipart/mixed; boundary=bOuNd\r\n',
      '--bOuNd\r\nContent-Type: text/plain\r\n\r\nHello.',
      `--bOuNd\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\n${text}`,
      '--bOuNd--',
    ].join('\r\n');

  async function received(mail: Enrolled, monthsAgo: number): Promise<void> {
    const to = replyAddressOf(mail);
    const form = rawForm(mime({ to, body: attached(`${monthsAgo}`) }), {
      from: 'a@b.example',
      to: [to],
    });
    const ref = await keepMail(world, blobs, { form });
    await world.rows(
      'UPDATE inbound_deliveries SET arrived_at = from_epoch_ms(?) WHERE id = ?',
      middleOf(monthsAgo),
      ref.id,
    );
    const result = await processMail(world, blobs, ref);
    expect(result).toMatchObject({ outcome: 'recorded' });
  }

  const months = async ({ tenant }: Enrolled) =>
    (
      await world.rows<{ at: number }>(
        'SELECT epoch_ms(received_at) AS at FROM inbound_messages WHERE tenant_id = ? ORDER BY 1',
        tenant.tenantId,
      )
    ).map(({ at }) => at);

  test('older than its tenant keeps is deleted with its files, and nobody else’s is', async () => {
    const [mine, theirs] = [await sent(world), await sent(world)];
    for (const mail of [mine, theirs]) {
      await received(mail, 4);
      await received(mail, 1);
    }
    expect(blobs.kept.size).toBe(8);
    await keep(mine, { inboundMonths: 2 });
    expect(await apply()).toMatchObject({ mails: 1 });
    expect(await months(mine)).toEqual([middleOf(1)]);
    expect(await months(theirs)).toEqual([middleOf(4), middleOf(1)]);
    expect(blobs.kept.size).toBe(6);
    expect(await world.rows('SELECT * FROM erased_blobs')).toEqual([]);
    expect(await world.store.tenantsToRetain(null, 10)).toEqual([]);
    expect(await apply()).toMatchObject({ mails: 0 });
  });

  test('that nothing names is swept away, and nothing else is', async () => {
    const named = blobs.kept.size;
    for (const key of ['inbound/ab/orphan', 'inbound-attachments/ab/orphan/0', 'others/file']) {
      blobs.kept.set(key, Buffer.from('left behind'));
    }
    const sweep = () => sweepOrphanBlobs({ store: world.store, blobs, olderThanMs: Date.now() });
    expect(await sweep()).toBe(2);
    expect(blobs.kept.size).toBe(named + 1);
    expect(await sweep()).toBe(0);
  });
});
