import { createStandIn, firstIdAt, newId } from '@cadenza/domain';
import {
  processDelivery,
  replayDeliveries,
  requestErasure,
  unsubscribe,
  workErasures,
  type ErasureWorkOptions,
} from '@cadenza/engine';
import { CUSTOM_ARGS, parseDelivery, redactDelivery, redactQuarantined } from '@cadenza/sendgrid';
import { redactSmsDelivery, redactSmsReport } from '@cadenza/sms-dev';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  erasedAddresses,
  findErasure,
  importContacts,
  inTenants,
  liftErasedAddress,
} from '../src/index.ts';
import {
  keepMail,
  memoryBlobs,
  mime,
  processMail,
  rawForm,
  replyAddressOf,
  type TestMail,
} from './support/inbound.ts';
import { door, lockWaiters, withMethods } from './support/interleave.ts';
import { brokenInvariants, verifyAll } from './support/invariants.ts';
import { placesOf } from './support/places-of.ts';
import {
  enrolled,
  enrollmentOf,
  hurry,
  liftLimits,
  liveActions,
  messagesOf,
  sendDue,
  stored,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, TWO_STEPS, type World } from './support/world.ts';

let world: World;
const blobs = memoryBlobs();
const standIn = createStandIn('a secret for tests, of 32 bytes or more');
const redact = {
  sendgrid: { delivery: redactDelivery, quarantined: redactQuarantined },
  'sms-dev': { delivery: redactSmsDelivery, quarantined: redactSmsReport },
};
const erasing = { standIn, redact };

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});
afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
  // What one test leaves behind is not due in the next.
  await world.rows("UPDATE campaigns SET status = 'paused'");
});
afterAll(() => world.close());

const eventOptions = () => ({
  store: world.store,
  plans: world.plans,
  clock: world.clock,
  graceMs: world.graceMs,
  parse: parseDelivery,
  erasing,
});

function erase(mail: Enrolled, tenantId = mail.tenant.tenantId) {
  return requestErasure(
    { tenantId, contactId: mail.contactId, actor: 'test' },
    {
      store: world.apiStore,
      plans: world.plans,
      now: () => world.clock.now(),
      graceMs: world.graceMs,
      standIn,
    },
  );
}

function work(over: Partial<ErasureWorkOptions> = {}) {
  return workErasures({
    store: world.store,
    blobs,
    standIn,
    redact,
    eraser: null,
    stopping: () => false,
    ...over,
  });
}

const statusOf = async (mail: Enrolled, id: string | null) => {
  const { tenantId } = mail.tenant;
  return inTenants(world.api, [tenantId], (trx) => findErasure(trx, tenantId, id ?? ''));
};

/** An event as SendGrid reports it. */
function raw(mail: Enrolled, event: string, more: object = {}): Record<string, unknown> {
  return {
    email: mail.address.replace(/^./, (first) => first.toUpperCase()),
    event,
    timestamp: Math.floor(world.clock.now() / 1_000),
    sg_event_id: newId(),
    [CUSTOM_ARGS.tenantId]: mail.tenant.tenantId,
    [CUSTOM_ARGS.messageId]: mail.messageId,
    [CUSTOM_ARGS.attempt]: '1',
    ip: '203.0.113.7',
    useragent: 'Mozilla/5.0 (a browser of somebody)',
    ...more,
  };
}

async function report(...events: readonly object[]) {
  const payload = Buffer.from(JSON.stringify(events));
  const ref = await stored(world, payload);
  return { ref, payload, result: await processDelivery(ref, eventOptions()) };
}

const attachmentsOf = async ({ tenant }: Enrolled) =>
  (await world.rows('SELECT 1 FROM inbound_attachments WHERE tenant_id = ?', tenant.tenantId))
    .length;

const inAMonth = () =>
  new Date(world.clock.now() + 30 * 86_400_000).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

/** What of a person no word of theirs is in. */
const leftBesides = async ({ contactId }: Enrolled) => {
  const [left] = await world.rows<{ absences: number; returns: number; timezones: number }>(
    `SELECT (SELECT count(*)::integer FROM contact_absences WHERE contact_id = c.id) AS absences,
       (SELECT count(return_on)::integer FROM inbound_messages WHERE contact_id = c.id) AS returns,
       (SELECT count(timezone)::integer FROM contact_campaigns WHERE contact_id = c.id) AS timezones
     FROM contacts c WHERE c.id = ?`,
    contactId,
  );
  return left;
};

const wordsOfBlobs = () => [...blobs.kept.values()].map((bytes) => bytes.toString().toLowerCase());

/** Somebody who went through a whole campaign, and all that may be kept of them. */
async function throughEverything(address: string) {
  const mail = await enrolled(world, undefined, address);
  const { tenantId } = mail.tenant;
  await world.rows(
    `INSERT INTO leads (tenant_id, id, name, summary) VALUES (?, ?, ?, ?)`,
    tenantId,
    mail.contactId,
    `Practice of ${address}`,
    'One person',
  );
  await world.rows(
    `UPDATE contacts SET lead_id = id, last_name = 'Hopper', custom = ? WHERE id = ?`,
    JSON.stringify({ note: `reach her at ${address}` }),
    mail.contactId,
  );
  await world.rows(
    `INSERT INTO contacts (tenant_id, id, first_name, custom) VALUES (?, ?, 'Bob', ?)`,
    tenantId,
    newId(),
    JSON.stringify({ referredBy: address }),
  );
  await world.rows(
    `INSERT INTO campaign_audiences (tenant_id, id, campaign_id, filter) VALUES (?, ?, ?, ?)`,
    tenantId,
    newId(),
    mail.tenant.campaignId,
    JSON.stringify({ where: 'email', is: [address] }),
  );
  await world.rows(
    `INSERT INTO email_validation_results (tenant_id, id, address, verdict, source, checked_at, expires_at)
     VALUES (?, ?, ?, 'valid', 'test', now(), now() + interval '1 day')`,
    tenantId,
    newId(),
    address,
  );
  await world.rows(
    `INSERT INTO audit_log (tenant_id, id, actor, action, entity, entity_id, after)
     VALUES (?, ?, 'somebody', 'noted', 'contact', ?, ?)`,
    tenantId,
    newId(),
    address,
    JSON.stringify({ email: address }),
  );
  await world.rows(
    `INSERT INTO audit_log (tenant_id, id, actor, action, entity, entity_id, after)
     SELECT ?, gen_random_uuid(), 'somebody', 'changed', entity, ?, '{"name": "Hopper & Co."}'
     FROM unnest(ARRAY['contact', 'lead']) AS entity`,
    tenantId,
    mail.contactId,
  );
  await world.rows(
    `INSERT INTO suppression_removals (id, value, reason) VALUES (?, ?, 'hard_bounce')`,
    newId(),
    address,
  );
  await world.rows(
    `UPDATE contact_campaigns SET timezone = 'Pacific/Chatham' WHERE id = ?`,
    mail.enrollmentId,
  );
  await sendDue(world);
  const other = await enrolled(world, mail.tenant);
  await sendDue(world);
  await report(
    raw(mail, 'delivered', { response: `250 OK <${address}>` }),
    raw(other, 'open'),
    raw(mail, 'open'),
    raw(mail, 'click', {
      url: `https://shop.example.org/offer?who=${encodeURIComponent(address)}`,
    }),
    { event: 'bounce', email: address, timestamp: 1_700_000_000, sg_message_id: 'nobody.knows' },
    { event: 'delivered', email: address, reason: 'no time is in it' },
  );
  await report(raw(mail, 'delivered', { response: `250 OK <${address}>` }), raw(mail, 'open'));
  await stored(world, Buffer.from(`no JSON, for ${address}`)).then((ref) =>
    processDelivery(ref, eventOptions()),
  );
  const boundary = 'bOuNd';
  const body = [
    `Content-Type: multipart/mixed; boundary=${boundary}\r\n`,
    `--${boundary}\r\nContent-Type: text/plain\r\n\r\nYes, write to ${address}.`,
    `--${boundary}\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="cv.pdf"\r\n\r\nI am ${address}.`,
    `--${boundary}--`,
  ].join('\r\n');
  await receive(mail, { to: replyAddressOf(mail), body });
  await receive(mail, { to: 'nobody@replies.example.com' });
  await receive(mail, {
    to: replyAddressOf(mail),
    subject: 'Out of office: Hello',
    text: `I am away and will be back on ${inAMonth()}.`,
    headers: ['Auto-Submitted: auto-replied'],
  });
  await unsubscribe(
    { tenantId, contactId: mail.contactId, scope: 'all', campaignId: null, source: 'link' },
    {
      store: world.apiStore,
      plans: world.plans,
      now: () => world.clock.now(),
      graceMs: world.graceMs,
    },
  );
  await report(
    raw(mail, 'bounce', {
      type: 'bounce',
      reason: `550 5.1.1 <${address}> unknown`,
      status: '5.1.1',
    }),
  );
  const version = newId();
  await world.rows(
    `INSERT INTO campaign_plan_versions (tenant_id, id, plan_id, version, plan, plan_hash)
     SELECT v.tenant_id, ?, v.plan_id, v.version + 1,
       jsonb_set(v.plan, '{nodes,0,subject}', '"Dear Ms Hopper"'), repeat('0', 64)
     FROM campaign_plan_versions v
     JOIN contact_campaigns e ON e.tenant_id = v.tenant_id AND e.plan_version_id = v.id
     WHERE e.id = ?`,
    version,
    mail.enrollmentId,
  );
  await world.rows(
    'UPDATE contact_campaigns SET plan_version_id = ? WHERE id = ?',
    version,
    mail.enrollmentId,
  );
  return mail;
}

async function receive(
  mail: Enrolled,
  of: { to: string } & Pick<TestMail, 'body' | 'subject' | 'text' | 'headers'>,
) {
  const form = rawForm(mime({ from: mail.address, ...of }), { from: mail.address, to: [of.to] });
  const ref = await keepMail(world, blobs, { form });
  return processMail(world, blobs, ref, world.store, standIn);
}

describe('after an erasure', () => {
  test('nothing holds the address, of a person who went through everything', async () => {
    const address = `ada.${newId()}@example.org`;
    const mail = await throughEverything(address);
    const before = await placesOf(world, address);
    expect(before.length).toBeGreaterThan(15);
    expect(await attachmentsOf(mail)).toBe(1);
    expect(await leftBesides(mail)).toEqual({ absences: 1, returns: 1, timezones: 1 });
    expect(wordsOfBlobs().some((text) => text.includes(address))).toBe(true);

    const id = await erase(mail);
    expect(await statusOf(mail, id)).toMatchObject({ status: 'requested', doneAt: null });
    expect(await work()).toMatchObject({ done: true, failure: null });
    expect(await statusOf(mail, id)).toMatchObject({ status: 'done', error: null });

    expect(await attachmentsOf(mail)).toBe(0);
    expect(await placesOf(world, address)).toEqual([]);
    expect(await placesOf(world, encodeURIComponent(address))).toEqual([]);
    // A plan may be anybody's, and is said not to be reached.
    expect(await placesOf(world, 'Hopper', mail.tenant)).toEqual(['campaign_plan_versions.plan']);
    expect(await leftBesides(mail)).toEqual({ absences: 0, returns: 0, timezones: 0 });
    expect(wordsOfBlobs().filter((text) => text.includes(address))).toEqual([]);
    expect(await placesOf(world, '203.0.113.7')).toEqual(['webhook_deliveries.payload']);
    expect(await verifyAll(world)).toEqual([]);
  });

  test('a replay of what is stored changes nothing, and finds nothing wrong', async () => {
    const mail = await throughEverything(`replayed.${newId()}@example.org`);
    await erase(mail);
    await work();
    const everything = () =>
      world.rows(
        `SELECT (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.id) FROM message_events e) AS events,
          (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.enrollment_id, t.seq) FROM campaign_transitions t) AS inputs,
          (SELECT jsonb_agg(to_jsonb(m) - 'updated_at' ORDER BY m.id) FROM outbound_messages m) AS messages,
          (SELECT jsonb_agg(to_jsonb(q) ORDER BY q.delivery_id, q.position) FROM quarantined_events q) AS aside,
          (SELECT jsonb_agg(to_jsonb(s) - 'updated_at' ORDER BY s.id) FROM communication_suppressions s) AS suppressed`,
      );
    const before = await everything();
    const request = { from: null, to: null, tenantId: null, quarantined: false, dryRun: false };
    let recorded = 0;
    let inputs = 0;
    for await (const page of replayDeliveries(request, eventOptions())) {
      recorded += page.recorded;
      inputs += page.inputs;
    }
    expect({ recorded, inputs }).toEqual({ recorded: 0, inputs: 0 });
    expect(await everything()).toEqual(before);
    expect(await verifyAll(world)).toEqual([]);
  });

  test('the original of a delivery does not come in again', async () => {
    const mail = await enrolled(world);
    await sendDue(world);
    const { payload } = await report(raw(mail, 'open'));
    await erase(mail);
    await work();
    await expect(stored(world, payload)).rejects.toThrow('not stored');
  });
});

describe('when it is asked for', () => {
  test('what is queued is cancelled at once, and who is in a campaign leaves it', async () => {
    const mail = await enrolled(world, await world.createTenant(TWO_STEPS));
    await erase(mail);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'erased',
    });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'canceled' });
    await hurry(world);
    expect(await sendDue(world)).toMatchObject({});
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'canceled' });
    await work();
  });

  test('twice, it is the same erasure', async () => {
    const mail = await enrolled(world);
    const id = await erase(mail);
    expect(await erase(mail)).toBe(id);
    await work();
    expect(await erase(mail)).toBe(id);
    expect(
      await world.rows(
        "SELECT 1 FROM audit_log WHERE action = 'contact.erased' AND entity_id = ?",
        mail.contactId,
      ),
    ).toHaveLength(1);
  });

  test('no request is answered with them again, neither one from before nor one from meanwhile', async () => {
    const mail = await enrolled(world);
    const other = await world.createTenant();
    const keep = (tenantId: string, status: number | null) =>
      world.rows(
        `INSERT INTO idempotency_keys (tenant_id, key, target_hash, body_hash, holder, held_until,
           status, headers, body, expires_at)
         VALUES (?, gen_random_uuid(), sha256(''), sha256(''), gen_random_uuid(), now(), ?,
           CASE WHEN ?::integer IS NOT NULL THEN '{}'::jsonb END,
           CASE WHEN ?::integer IS NOT NULL THEN ? END, now() + interval '1 hour')`,
        tenantId,
        status,
        status,
        status,
        `{"email":"${mail.address}"}`,
      );
    const kept = async () =>
      (
        await world.rows<{ mine: boolean; bodies: number; answers: number }>(
          `SELECT tenant_id = ? AS mine, count(body)::integer AS bodies,
             count(status)::integer AS answers
           FROM idempotency_keys WHERE tenant_id IN (?, ?) GROUP BY 1 ORDER BY 1`,
          mail.tenant.tenantId,
          mail.tenant.tenantId,
          other.tenantId,
        )
      ).map(({ mine, bodies, answers }) => [mine, bodies, answers]);
    await keep(mail.tenant.tenantId, 201);
    await keep(mail.tenant.tenantId, null);
    await keep(other.tenantId, 201);
    await erase(mail);
    expect(await kept()).toEqual([
      [false, 1, 1],
      [true, 0, 1],
    ]);
    await keep(mail.tenant.tenantId, 200);
    await work();
    expect(await kept()).toEqual([
      [false, 1, 1],
      [true, 0, 2],
    ]);
  });

  test('of another tenant, there is nobody', async () => {
    const mail = await enrolled(world);
    const theirs = await world.createTenant();
    expect(await erase(mail, theirs.tenantId)).toBeNull();
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });
});

test('another tenant with the same address keeps all that it has', async () => {
  const address = `both.${newId()}@example.org`;
  const mine = await enrolled(world, undefined, address);
  const theirs = await enrolled(world, undefined, address);
  await sendDue(world);
  await report(
    raw(mine, 'open'),
    raw(theirs, 'click', { url: `https://a.example.org/?u=${address}` }),
  );
  await receive(theirs, { to: replyAddressOf(theirs) });
  await suppressAddresses(world, theirs.tenant.tenantId, [address]);
  const snapshot = async () => ({
    places: await placesOf(world, address, theirs.tenant),
    events: await world.rows('SELECT * FROM message_events WHERE message_id = ?', theirs.messageId),
    mails: await world.rows(
      'SELECT * FROM inbound_messages WHERE tenant_id = ?',
      theirs.tenant.tenantId,
    ),
  });
  const before = await snapshot();

  const asked: string[] = [];
  await erase(mine);
  await work({
    eraser: { erase: async (list) => void asked.push(...list), close: async () => {} },
  });

  expect(await snapshot()).toEqual(before);
  expect(await placesOf(world, address, mine.tenant)).toEqual([]);
  // The account is shared: what SendGrid has of the other's mails is not erased either.
  expect(asked).toEqual([]);
  const [{ payload = Buffer.alloc(0) } = {}] = await world.rows<{ payload: Buffer }>(
    `SELECT d.payload FROM webhook_deliveries d JOIN message_events e ON e.delivery_id = d.id
     WHERE e.message_id = ?`,
    theirs.messageId,
  );
  expect(payload.toString()).toContain(`https://a.example.org/?u=${address}`);
  expect(payload.toString().split(standIn(address))).toHaveLength(2);
});

describe('somebody who was erased', () => {
  const importOf = (mail: Enrolled) => {
    const { tenantId } = mail.tenant;
    return inTenants(world.api, [tenantId], async (trx) => {
      const erased = await erasedAddresses(
        trx,
        tenantId,
        [mail.address, 'new@example.org'],
        standIn,
      );
      return [...erased];
    });
  };

  const lift = ({ address, tenant: { tenantId } }: Enrolled) =>
    inTenants(world.api, [tenantId], (trx) =>
      liftErasedAddress(trx, tenantId, {
        address,
        standIn,
        source: 'form',
        givenAt: new Date(),
        actor: 'test',
      }),
    );

  test('is refused, and nobody else is', async () => {
    const mail = await enrolled(world);
    await erase(mail);
    expect(await importOf(mail)).toEqual([mail.address]);
    const theirs = await enrolled(world, undefined, mail.address);
    expect(await importOf(theirs)).toEqual([]);
    await work();
  });

  test('comes back by a consent of their own alone, and stays unsubscribed', async () => {
    const mail = await enrolled(world);
    const { tenantId } = mail.tenant;
    await suppressAddresses(world, tenantId, [mail.address]);
    await erase(mail);
    await work();
    const lifted = () => lift(mail);
    expect(await lifted()).toBe(true);
    expect(await lifted()).toBe(false);
    expect(await importOf(mail)).toEqual([]);
    expect(
      await world.rows(
        'SELECT reason FROM communication_suppressions WHERE tenant_id = ? AND value = ?',
        tenantId,
        mail.address,
      ),
    ).toEqual([{ reason: 'manual' }]);
  });

  test('who has left everything, or is listed meanwhile, stays so when they come back', async () => {
    const mail = await enrolled(world);
    const { tenantId } = mail.tenant;
    const leave = () =>
      world.rows(
        `INSERT INTO contact_opt_outs (tenant_id, contact_id, channel, reason, source, left_at)
         VALUES (?, ?, 'email', 'spamreport', 'provider_event', '2026-01-02T03:04:05Z')`,
        tenantId,
        mail.contactId,
      );
    const liftedAt = (value: string, at: string) =>
      world.rows(
        `INSERT INTO suppression_lifts (id, tenant_id, channel, kind, value, reason, lifted_at)
         VALUES (?, ?, 'email', 'address', ?, 'manual', ?)`,
        newId(),
        tenantId,
        value,
        at,
      );
    await leave();
    await liftedAt(mail.address, '2026-01-01T00:00:00Z');
    await erase(mail);
    await work();
    await suppressAddresses(world, tenantId, [mail.address]);
    await liftedAt(mail.address, '2026-01-03T00:00:00Z');
    expect(await lift(mail)).toBe(true);
    expect(
      await world.rows(
        `SELECT value, coalesce(legal_reason, reason) AS reason
         FROM communication_suppressions WHERE tenant_id = ?`,
        tenantId,
      ),
    ).toEqual([{ value: mail.address, reason: 'spamreport' }]);
    expect(
      await world.rows(
        'SELECT value, lifted_at FROM suppression_lifts WHERE tenant_id = ?',
        tenantId,
      ),
    ).toEqual([{ value: mail.address, lifted_at: new Date('2026-01-03T00:00:00Z') }]);
  });

  test('is taken out of what comes later', async () => {
    const address = `late.${newId()}@example.org`;
    const mail = await enrolled(world, undefined, address);
    await sendDue(world);
    await erase(mail);
    await work();
    const { result } = await report(
      raw(mail, 'delivered', { response: `250 OK <${address}>` }),
      raw(mail, 'click', { url: `https://shop.example.org/?who=${address}` }),
      { event: 'bounce', email: address, timestamp: 1_700_000_000, sg_message_id: 'nobody.knows' },
      { event: 'delivered', email: address, reason: 'no time is in it' },
    );
    expect(result).toMatchObject({ recorded: 2, quarantined: 2 });
    await receive(mail, { to: replyAddressOf(mail) });
    await receive(mail, { to: 'nobody@replies.example.com' });
    expect(await placesOf(world, address)).toEqual([]);
    expect(wordsOfBlobs().filter((text) => text.includes(address))).toEqual([]);
    expect(await verifyAll(world)).toEqual([]);
  });
});

describe('the work', () => {
  test('that is cut off goes on where it was, and what the provider refuses is tried again', async () => {
    const address = `slow.${newId()}@example.org`;
    const mail = await enrolled(world, undefined, address);
    await sendDue(world);
    await report(raw(mail, 'open'));
    const id = await erase(mail);

    let batches = 0;
    await work({ stopping: () => (batches += 1) > 1 });
    expect(await statusOf(mail, id)).toMatchObject({ status: 'running' });
    const due = () => world.rows("UPDATE erasures SET next_at = now() WHERE status <> 'done'");
    await due();
    const asked: string[] = [];
    const eraser = {
      refuses: true,
      async erase(list: readonly string[]) {
        if (this.refuses) throw new Error(`HTTP 503 for ${address}`);
        asked.push(...list);
      },
      close: () => Promise.resolve(),
    };
    expect(await work({ eraser })).toMatchObject({ done: false });
    const failed = await statusOf(mail, id);
    expect(failed).toMatchObject({ status: 'failed' });
    expect(failed?.error).toContain('HTTP 503');
    expect(failed?.error).not.toContain(address);
    expect(await work({ eraser })).toMatchObject({ worked: null });
    eraser.refuses = false;
    await due();
    expect(await work({ eraser })).toMatchObject({ done: true });
    expect(asked).toEqual([address]);
    expect(await statusOf(mail, id)).toMatchObject({ status: 'done' });
  });
});

test('two erasures at once of people in one delivery take both out', async () => {
  const tenant = await world.createTenant();
  const one = await enrolled(world, tenant, `one.${newId()}@example.org`);
  const other = await enrolled(world, tenant, `other.${newId()}@example.org`);
  await sendDue(world);
  await report(raw(one, 'delivered'), raw(other, 'delivered'), {
    event: 'delivered',
    email: one.address,
    reason: `no time is in it, of ${other.address}`,
  });
  await erase(one);
  await erase(other);

  const held = door();
  const holding = withMethods(world.store, (tx) => ({
    async rewriteDeliveries(list) {
      await tx.rewriteDeliveries(list);
      await held.pass();
    },
  }));
  const first = work({ store: holding });
  await held.reached;
  const second = work();
  await lockWaiters(world, 1);
  held.open();

  expect(await Promise.all([first, second])).toMatchObject([{ done: true }, { done: true }]);
  expect(await placesOf(world, one.address)).toEqual([]);
  expect(await placesOf(world, other.address)).toEqual([]);
});

test('rows that mention somebody are gone through in batches, and again only what has come since', async () => {
  const mail = await enrolled(world);
  const { tenantId } = mail.tenant;
  const mention = (id: string) =>
    world.rows(
      'INSERT INTO contacts (tenant_id, id, custom) VALUES (?, ?, ?)',
      tenantId,
      id,
      JSON.stringify({ referredBy: mail.address }),
    );
  const aYearAgo = firstIdAt(Date.now() - 365 * 86_400_000);
  await world.rows(
    `INSERT INTO contacts (tenant_id, id, custom)
     SELECT ?, (left(?, 24) || lpad(to_hex(n), 12, '0'))::uuid, ?
     FROM generate_series(1, 1100) AS n`,
    tenantId,
    aYearAgo,
    JSON.stringify({ referredBy: mail.address }),
  );
  await erase(mail);
  const steps: string[] = [];
  const store = withMethods(world.store, (tx) => ({
    async eraseMentions(job, limit) {
      steps.push(job.step);
      const last = await tx.eraseMentions(job, limit);
      if (steps.length === 3) await mention(newId());
      return last;
    },
  }));
  expect(await work({ store })).toMatchObject({ done: true });
  expect(steps).toEqual(['rows', 'rows', 'rows', 'again']);
  expect(await placesOf(world, mail.address)).toEqual([]);
});

test('an import and an erasure of the same address take turns', async () => {
  const mail = await enrolled(world);
  const { tenantId } = mail.tenant;
  const row = {
    email: mail.address,
    firstName: 'Ada',
    lastName: null,
    title: null,
    timezone: null,
    phone: null,
    company: null,
    website: null,
    industry: null,
    custom: {},
  };
  const importing = () =>
    inTenants(world.api, [tenantId], async (trx) => {
      const erased = await erasedAddresses(trx, tenantId, [mail.address], standIn);
      if (erased.size > 0) return 'refused';
      await importContacts(trx, tenantId, [row], { fill: true, source: 'import' });
      return 'imported';
    });
  await Promise.all([importing(), erase(mail), importing(), importing()]);
  expect(await importing()).toBe('refused');
  expect(
    await world.rows(
      'SELECT 1 FROM contact_channels WHERE tenant_id = ? AND address = ?',
      tenantId,
      mail.address,
    ),
  ).toEqual([]);
  await work();
});
