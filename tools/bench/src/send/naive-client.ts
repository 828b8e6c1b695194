import { randomUUID } from 'node:crypto';
import { Client } from '@sendgrid/client';
import { MailService } from '@sendgrid/mail';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { serveOrders, type ClientSettings } from './client-process.ts';
import { addNaiveActions } from './naive-schema.ts';

const QUEUE = 'naive-send';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FAR_ABOVE = 1_000_000_000;

interface Row {
  readonly [column: string]: string | number | boolean | Date | null | undefined;
}

/**
 * The worker as one would write it without a second thought: one job after the other, as BullMQ
 * does by default, one statement for each question, one round trip for each statement.
 */
serveOrders(async (settings: ClientSettings) => {
  const pool = new pg.Pool({ connectionString: settings.databaseUrl });
  const redis = new Redis(settings.redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE, { connection: redis });
  const client = new Client();
  client.setApiKey(settings.apiKey);
  client.setDefaultRequest('baseUrl', `${settings.sendGridUrl}/`);
  const mail = new MailService();
  mail.setClient(client);
  let left = 0;
  let finished = Promise.withResolvers<void>();

  async function one(text: string, values: unknown[]): Promise<Row | undefined> {
    return (await pool.query<Row>(text, values)).rows[0];
  }

  async function allowed(key: string, limit: number, windowMs: number): Promise<boolean> {
    const now = Date.now();
    const answers = await redis
      .multi()
      .zremrangebyscore(key, 0, now - windowMs)
      .zadd(key, now, randomUUID())
      .zcard(key)
      .pexpire(key, windowMs)
      .exec();
    return Number(answers?.[2]?.[1]) <= limit;
  }

  async function send(actionId: number): Promise<void> {
    const action = await one('SELECT * FROM actions WHERE id = $1', [actionId]);
    if (action?.['status'] !== 'pending') return;
    const data = await one(
      `SELECT k.*, c.status, c.subject, c.body, c.postal_address, c.sender_id
       FROM campaigns c, contacts k WHERE c.id = $1 AND k.id = $2`,
      [action['campaign_id'], action['contact_id']],
    );
    if (data?.['status'] !== 'running') return;
    if (await one('SELECT id FROM messages WHERE action_id = $1', [actionId])) return;
    const sender = await one('SELECT * FROM senders WHERE id = $1', [data['sender_id']]);
    if (sender?.['verified'] !== true) return;
    const email = String(data['email']);
    if (await one('SELECT email FROM suppressions WHERE email = $1', [email])) return;

    const domain = email.split('@')[1];
    if (!(await allowed(`rate:sender:minute:${String(sender['id'])}`, FAR_ABOVE, MINUTE))) return;
    if (!(await allowed(`rate:sender:hour:${String(sender['id'])}`, FAR_ABOVE, HOUR))) return;
    if (!(await allowed(`rate:domain:${domain}`, FAR_ABOVE, HOUR))) return;
    if (!(await allowed('rate:tenant:1', FAR_ABOVE, HOUR))) return;

    const fields: Row = {
      'contact.firstName': data['first_name'],
      'contact.company': data['company'],
      'contact.title': data['title'],
      'sender.signature': sender['signature'],
    };
    const fill = (template: unknown) =>
      String(template).replace(/\{\{(.+?)\}\}/g, (_, name: string) => String(fields[name] ?? ''));
    const html = `${fill(data['body'])}<p>${String(data['postal_address'])}</p>`;
    const message = await one(
      `INSERT INTO messages (action_id, status) VALUES ($1, 'sending') RETURNING id`,
      [actionId],
    );
    const [response] = await mail.send({
      from: { email: String(sender['email']), name: String(sender['name']) },
      to: { email, name: `${String(data['first_name'])} ${String(data['last_name'])}` },
      subject: fill(data['subject']),
      text: html.replace(/<[^>]+>/g, ''),
      html,
      customArgs: { cadenza_message_id: String(message?.['id']) },
    });
    const headers = response.headers as Record<string, string>;
    await pool.query(
      `UPDATE messages SET status = 'sent', provider_id = $2, sent_at = now() WHERE id = $1`,
      [message?.['id'], headers['x-message-id']],
    );
    await pool.query(`UPDATE actions SET status = 'done' WHERE id = $1`, [actionId]);
    await pool.query(
      `INSERT INTO actions (campaign_id, contact_id, node, status, run_at)
       VALUES ($1, $2, 'bump', 'pending', now() + interval '3 days')`,
      [action['campaign_id'], action['contact_id']],
    );
  }

  const worker = new Worker<{ actionId: number }>(QUEUE, ({ data }) => send(data.actionId), {
    connection: redis,
    autorun: false,
    removeOnComplete: { count: 0 },
  });
  worker.on('completed', () => {
    left -= 1;
    if (left === 0) finished.resolve();
  });
  worker.on('failed', (_, error) => finished.reject(error));
  await worker.waitUntilReady();

  return {
    async prepare(from, count) {
      const admin = await pool.connect();
      try {
        const ids = await addNaiveActions(admin, from, count);
        await queue.addBulk(
          ids.map((actionId) => ({ name: 'send', data: { actionId }, opts: { attempts: 3 } })),
        );
      } finally {
        admin.release();
      }
      left = count;
      finished = Promise.withResolvers();
    },
    async run() {
      await worker.resume();
      await finished.promise;
      await worker.pause();
    },
    async close() {
      await worker.close(true);
      await queue.close();
      redis.disconnect();
      await pool.end();
    },
  };
});
