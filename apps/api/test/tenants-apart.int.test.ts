import { inTenants, insertWebhookKey } from '@cadenza/database';
import { HIDDEN_LINK_PATH } from '@cadenza/domain';
import { campaignScope } from '@cadenza/rendering';
import { emptyTables, tableHashes, tenantTables, type TenantTable } from '@cadenza/testing';
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildApi } from '../src/app.ts';
import { linkOf, linkWith } from './support/links.ts';
import { CASES, FURTHER_SLOTS, WALKED_APART } from './support/walk/cases.ts';
import { identifiersOf, type Identifiers } from './support/walk/identifiers.ts';
import { operationsOf, type Operation } from './support/walk/operations.ts';
import { oneOfEverything, secretOf, type Own } from './support/walk/own.ts';
import { send } from './support/walk/request.ts';
import { unboundStatements } from './support/walk/unbound-statements.ts';
import { walkForeign, walkOwn, type WalkOptions } from './support/walk/walk.ts';
import { createWorld, seconds, variant, type World } from './support/world.ts';

let world: World;
let mine: Own;
let theirs: Own;
let tables: TenantTable[];
let all: Operation[];
let identifiers: Identifiers;
let walkers: WalkOptions;
beforeAll(async () => {
  world = await createWorld();
  mine = await oneOfEverything(world, await world.tenant());
  theirs = await oneOfEverything(world, await world.tenant());
  tables = await tenantTables(world.rows);
  all = operationsOf(await (await fetch(`${world.baseUrl}/openapi.json`)).json());
  identifiers = await identifiersOf(world.rows, tables, theirs.tenant.id, mine.tenant.id);
  walkers = {
    baseUrl: world.baseUrl,
    operations: all.filter(({ id }) => WALKED_APART[id] === undefined),
    own: mine,
    theirs: identifiers,
    secret: secretOf(theirs.tenant),
  };
});
afterAll(() => world.close());

/** Milliseconds for thousands of requests, on a machine that does other things as well. */
const WALK = 600_000;

const hashes = () => tableHashes(world.rows, tables, theirs.tenant.id);

function twinOf(id: string): string {
  return identifiers.ids.find(({ value }) => value === id)?.twin ?? '';
}

/** A walk of this tenant that must not change a row of the other's. */
async function untouched<T>(walk: () => Promise<T>): Promise<T> {
  const before = await hashes();
  const walked = await walk();
  expect(await hashes()).toEqual(before);
  return walked;
}

/** Method and path of each line of Fastify's tree of routes. */
function routesIn(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, lead = '', part = '', methods = ''] =
      /^([│├└─ ]*)(\/\S*|\S+)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (part === '') return [];
    above.splice(lead.length / 4 - 1, Infinity, part);
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${above.join('')}`);
  });
}

describe('the walk leaves out', () => {
  test('no operation', () => {
    const known = [...Object.keys(CASES), ...Object.keys(WALKED_APART)];
    expect(all.map(({ id }) => id).toSorted()).toEqual(known.toSorted());
    const further = Object.keys(FURTHER_SLOTS);
    expect(further.filter((id) => CASES[id] === undefined)).toEqual([]);
  });

  test('no route that is served, but those that know no tenant', async () => {
    const app = buildApi(world.deps);
    await app.ready();
    const found = routesIn(app.printRoutes({ commonPrefix: false }));
    await app.close();
    expect(found.length).toBeGreaterThan(70);
    const walked = all.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    const others = found.filter((one) => !one.startsWith('HEAD ') && !walked.includes(one));
    // The tree shows no more of /u/{token} than its wildcard.
    expect(others.toSorted()).toEqual([
      'GET *',
      'GET /docs',
      'GET /docs/:digest/:name',
      'GET /healthz',
      `GET ${HIDDEN_LINK_PATH}`,
      'GET /openapi.json',
      'GET /readyz',
      'POST *',
    ]);
  });

  test('no table: both tenants have a row in each', async () => {
    expect(tables.length).toBeGreaterThan(40);
    for (const { tenant } of [mine, theirs]) {
      expect(await emptyTables(world.rows, tenant.id)).toEqual([]);
    }
  });

  test('no id of the other tenant’s rows', () => {
    const named = new Set(identifiers.ids.map(({ value }) => value));
    const rows = Object.values({
      ...theirs,
      tenant: theirs.tenant.id,
      email: theirs.tenant.id,
      putAside: theirs.tenant.id,
    });
    expect(rows.filter((id) => !named.has(id))).toEqual([]);
    expect(identifiers.texts.map(({ of }) => of)).toEqual(
      expect.arrayContaining([
        'contact_channels.address',
        'email_sender_identities.email',
        'email_sender_identities.sms_from',
        'idempotency_keys.key',
        'leads.name_key',
      ]),
    );
  });
});

describe('with its own key a tenant', () => {
  test('is answered with nothing of another by any operation', async () => {
    const { findings } = await untouched(() => walkOwn(walkers));
    expect(findings).toEqual([]);
  });

  test(
    'learns nothing by any id of another, in any place that takes one',
    async () => {
      const { findings, places, foreign } = await untouched(() => walkForeign(walkers, ['id']));
      expect(findings).toEqual([]);
      expect(places).toBeGreaterThan(60);
      expect(foreign).toBeGreaterThan(2_000);
    },
    WALK,
  );

  test(
    'learns nothing by any unique text of another, in any place that takes one',
    async () => {
      const { findings, places, foreign } = await untouched(() =>
        walkForeign(walkers, ['address', 'text']),
      );
      expect(findings).toEqual([]);
      expect(places).toBeGreaterThan(60);
      expect(foreign).toBeGreaterThan(1_000);
    },
    WALK,
  );

  test('is refused what another’s owner is given', async () => {
    const attachment = { params: { id: theirs.inbound, attachmentId: theirs.attachment } };
    const operation = all.find(({ id }) => id === 'getInboundAttachment');
    if (operation === undefined) throw new Error('there is no such operation');
    const ask = (own: Own) => send(world.baseUrl, own.tenant.key, operation, attachment);
    expect((await ask(mine)).status).toBe(404);
    expect((await ask(theirs)).status).toBe(200);
    const owner = { ...walkers, own: theirs, theirs: { ids: [], texts: [] }, secret: 'none' };
    expect((await walkOwn(owner)).findings).toEqual([]);
  });
});

describe('what no key opens', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = Buffer.from('[{"event":"open"}]');

  beforeAll(async () => {
    const text = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    await inTenants(world.db, [mine.tenant.id], (trx) =>
      insertWebhookKey(trx, mine.tenant.id, { name: 'own', publicKey: text }),
    );
  });

  async function deliver(path: string) {
    const timestamp = seconds(world.deps.clock);
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    const answer = await fetch(`${world.baseUrl}${path}`, {
      method: 'POST',
      headers: {
        'x-twilio-email-event-webhook-timestamp': timestamp,
        'x-twilio-email-event-webhook-signature': sign('sha256', signed, privateKey).toString(
          'base64',
        ),
      },
      body,
    });
    const id = answer.headers.get('x-request-id') ?? '';
    return { status: answer.status, text: (await answer.text()).replaceAll(id, '') };
  }

  test('takes a tenant’s signature for nobody else’s', async () => {
    await untouched(async () => {
      for (const path of ['/v1/webhooks/sendgrid/events', '/v1/webhooks/sms/events']) {
        expect((await deliver(path)).status, path).toBe(403);
      }
      const path = '/v1/webhooks/sendgrid/events';
      const refused = await deliver(`${path}/${theirs.tenant.id}`);
      expect(refused.status).toBe(403);
      expect(refused).toEqual(await deliver(`${path}/${twinOf(theirs.tenant.id)}`));
      expect((await deliver(`${path}/${mine.tenant.id}`)).status).toBe(204);
    });
  });

  test('answers mail to any tenant’s address alike, and believes none that it did not sign', async () => {
    const path = '/v1/webhooks/sendgrid/inbound';
    const answers = [
      await deliver(`${path}/${theirs.tenant.id}`),
      await deliver(`${path}/${twinOf(theirs.tenant.id)}`),
    ];
    expect(answers).toEqual([
      { status: 204, text: '' },
      { status: 204, text: '' },
    ]);
    const kept = await world.rows(
      `SELECT verdict FROM inbound_deliveries WHERE tenant_id = $1 AND verdict_reason IS NOT NULL`,
      [theirs.tenant.id],
    );
    expect(kept).toEqual([{ verdict: 'unverified' }]);
  });

  test('opens nothing of another by a link of the own tenant', async () => {
    await untouched(async () => {
      const scope = campaignScope(theirs.campaign);
      const links = {
        contact: linkOf(mine.tenant, { contact: theirs.contact, campaign: mine.campaign }),
        both: linkOf(mine.tenant, theirs),
      };
      for (const [what, link] of Object.entries(links)) {
        for (const method of ['GET', 'POST']) {
          const { status } = await fetch(`${world.baseUrl}${link}`, { method });
          expect(status, `${method} ${what}`).toBe(404);
        }
      }
      const campaign = linkWith({ tenantId: mine.tenant.id, contactId: mine.contact, scope });
      const page = await fetch(`${world.baseUrl}${campaign}`);
      expect(await page.text()).not.toContain('Campaign of');
    });
  });
});

describe('a stream', () => {
  /** Milliseconds for some polls of the database. */
  const STREAM = 60_000;

  /** Streams with a key of their own, which end with it. */
  async function streams(own: Own, queries: readonly string[]) {
    const { api } = own.tenant;
    const { body } = await api.post('/v1/api-keys', { name: 'stream', scopes: ['read'] });
    const told = queries.map(() => '');
    const ends = queries.map(async (query, n) => {
      const answer = await fetch(`${world.baseUrl}/v1/stream${query}`, {
        headers: { authorization: `Bearer ${String(body['key'])}` },
      });
      expect(answer.status).toBe(200);
      const text = answer.body?.pipeThrough(new TextDecoderStream()) ?? [];
      for await (const part of text) told[n] = `${told[n]}${part}`;
    });
    return {
      told,
      async end() {
        await api.delete(`/v1/api-keys/${String(body.id)}`);
        await Promise.all(ends);
      },
    };
  }

  /** What the streams are told when both tenants change the priorities of their campaigns. */
  async function happens(priority: number, told: readonly string[][]): Promise<void> {
    await world.rows('UPDATE campaigns SET priority = $1 WHERE id = ANY ($2)', [
      priority,
      [mine.campaign, theirs.campaign],
    ]);
    await world.rows('SELECT relay_feed_events(1000)');
    const wanted = `"priority":${priority}`;
    await vi.waitFor(() => expect(told.every(([all]) => all?.includes(wanted))).toBe(true), STREAM);
  }

  test(
    'tells nothing of another, whichever campaign it is asked for',
    async () => {
      const campaigns = [theirs.campaign, twinOf(theirs.campaign)];
      const own = await streams(mine, ['', ...campaigns.map((id) => `?campaignId=${id}`)]);
      const other = await streams(theirs, ['']);
      const all = [own.told, other.told];
      await vi.waitFor(
        () => expect(all.flat().every((text) => text.includes('event: ready'))).toBe(true),
        STREAM,
      );
      for (const priority of [7, 8]) await happens(priority, all);
      await Promise.all([own.end(), other.end()]);
      const [everything = '', ofTheirs = '', ofNobody = ''] = own.told;
      expect(everything).toContain(mine.campaign);
      expect(other.told[0]).toContain(theirs.campaign);
      expect(identifiers.ids.filter(({ value }) => everything.includes(value))).toEqual([]);
      const events = (text: string) => text.match(/^(?:event|data): .*$/gm);
      expect(events(ofTheirs)).toEqual(events(ofNobody));
    },
    STREAM,
  );
});

describe('tenants are held apart twice', () => {
  const bind = (how: 'DISABLE' | 'ENABLE') =>
    world.rows(tables.map(({ name }) => `ALTER TABLE ${name} ${how} ROW LEVEL SECURITY`).join(';'));

  /** With the ids that paths are about: enough to tell whether a layer holds. */
  const main = () => {
    const named = new Set<unknown>(Object.values(theirs));
    const ids = identifiers.ids.filter(({ value }) => named.has(value));
    return { ...walkers, theirs: { ids, texts: [] } };
  };

  const unbound = () => variant(world, { db: world.db.withPlugin(unboundStatements()) });

  test(
    'by row-level security, where statements forget whose rows they are about',
    async () => {
      const baseUrl = await unbound();
      const { findings } = await untouched(() => walkForeign({ ...main(), baseUrl }, ['id']));
      expect(findings).toEqual([]);
    },
    WALK,
  );

  test(
    'by the statements, where row-level security is off',
    async () => {
      await bind('DISABLE');
      try {
        const { findings } = await untouched(() => walkForeign(main(), ['id']));
        expect(findings).toEqual([]);
      } finally {
        await bind('ENABLE');
      }
    },
    WALK,
  );

  test(
    'and the walk finds what is shown where both are off',
    async () => {
      const baseUrl = await unbound();
      await bind('DISABLE');
      try {
        const { findings } = await walkOwn({ ...walkers, baseUrl });
        const shown = new Set(findings.map((one) => one.split(/[ :]/)[0]));
        expect([...shown]).toEqual(expect.arrayContaining(['listLeads', 'listCampaigns']));
      } finally {
        await bind('ENABLE');
      }
    },
    WALK,
  );
});
