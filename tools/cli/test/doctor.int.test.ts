import { inspectEnvironment } from '@cadenza/config';
import {
  createDatabase,
  createPool,
  insertWebhookKey,
  removeSendGridKey,
  setSendGridKey,
} from '@cadenza/database';
import { openSecretBox } from '@cadenza/runtime';
import { EMULATOR_API_KEY } from '@cadenza/sendgrid-emulator';
import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { versionFinding } from '../src/doctor/database.ts';
import { examine } from '../src/doctor/examine.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { judgeRedis } from '../src/doctor/redis.ts';
import { asTenant } from '../src/owner.ts';
import { cadenza } from './support/cadenza.ts';
import { DOMAIN, SENDER, startInstallation, type Installation } from './support/installation.ts';

const APPS = ['api', 'send-worker', 'event-worker', 'cli'] as const;
const NO_PORT = '127.0.0.1:1';
let place: Installation;

beforeAll(async () => {
  place = await startInstallation();
});
afterAll(() => place.close());

type Env = Readonly<Record<string, string | undefined>>;

/** What is not well with these settings laid over good ones. */
async function ill(over: Env = {}, now: () => number = Date.now): Promise<Finding[]> {
  const findings = await examine({ ...place.env, ...over }, { apps: APPS, now });
  return findings.filter(({ state }) => state !== 'ok');
}

/** The same while the database is otherwise than it should be. */
async function illWhile(change: string, back: string, over: Env = {}): Promise<Finding[]> {
  await place.run(change);
  try {
    return await ill(over);
  } finally {
    await place.run(back);
  }
}

const finding = (check: string, state: 'warn' | 'fail', found: string | RegExp) =>
  expect.objectContaining({
    check,
    state,
    found:
      typeof found === 'string' ? expect.stringContaining(found) : expect.stringMatching(found),
    todo: expect.stringMatching(/\w/),
  }) as Finding;

const doctor = (args: readonly string[], env: Env) => cadenza(['doctor', ...args], env);

describe('an installation that is well', () => {
  test('has no findings, in words and as JSON, and exit code 0', async () => {
    expect(await ill()).toEqual([]);
    const { code, out } = await doctor([], place.env);
    expect(code).toBe(0);
    expect(out).toMatch(/^ok {4}settings\.api: /m);
    expect(out).toMatch(/\nall \d+ checks are well\n$/);
    const json = await doctor(['--json'], place.env);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({
      ok: true,
      failed: 0,
      warned: 0,
      findings: expect.arrayContaining([
        expect.objectContaining({ check: 'redis.eviction', state: 'ok', todo: null }),
      ]),
    });
  });

  test('is one with queues in PostgreSQL, once they are there', async () => {
    const over = { REDIS_URL: undefined, QUEUE_SCHEMA: 'elsewhere' };
    expect(await ill(over)).toEqual([
      finding('database.queues', 'fail', 'schema elsewhere has no queues'),
    ]);
  });

  test('shows no secret', async () => {
    const { out } = await doctor(['--json'], { ...place.env, REDIS_URL: 'redis://u:geheim@x:y' });
    for (const secret of [
      place.env['ERASURE_SECRET'] ?? '',
      place.env['SENDGRID_API_KEY'] ?? '',
      'geheim',
    ]) {
      expect(out).not.toContain(secret);
    }
    const password = new URL(place.ownerUrl).password;
    expect(out).not.toContain(password);
  });
});

test('a warning is no failure, and says what to do', async () => {
  const { code, out } = await doctor([], { ...place.env, ERASURE_SECRET: 'ab'.repeat(20) });
  expect(code).toBe(0);
  expect(out).toMatch(/^warn {2}secrets\.ERASURE_SECRET: .*\n {6}Make one by chance/m);
  expect(out).toMatch(/\nof \d+ checks, 0 failed and 1 gave a warning\n$/);
});

describe('settings', () => {
  test('are missing, for the apps that need them', async () => {
    expect(await ill({ UNSUBSCRIBE_SECRET: undefined })).toEqual([
      finding('settings.api', 'fail', 'UNSUBSCRIBE_SECRET is not set'),
      finding('settings.send-worker', 'fail', 'UNSUBSCRIBE_SECRET is not set'),
    ]);
    const { out } = await doctor(['--app', 'event-worker', 'cli', '--json'], {
      ...place.env,
      UNSUBSCRIBE_SECRET: undefined,
    });
    expect(JSON.parse(out)).toMatchObject({ ok: true });
  });

  test('name an address that nobody else reaches', async () => {
    expect(await ill({ PUBLIC_URL: 'http://127.0.0.1:3000' })).toContainEqual(
      finding('settings.public_url', 'warn', 'http://127.0.0.1:3000'),
    );
  });

  test('name no proxy, though nobody else could end TLS', async () => {
    expect(await ill({ TRUSTED_PROXIES: undefined })).toEqual([
      finding('settings.trusted_proxies', 'warn', 'PUBLIC_URL is https'),
    ]);
  });

  test('hold secrets that are easy to guess, or the same as another', async () => {
    expect(await ill({ ERASURE_SECRET: 'ab'.repeat(20) })).toEqual([
      finding('secrets.ERASURE_SECRET', 'warn', 'fewer than 10 different'),
    ]);
    const shared = place.env['ERASURE_SECRET'] ?? '';
    expect(await ill({ UNSUBSCRIBE_SECRET: `k1:${shared}` })).toEqual([
      finding('secrets.ERASURE_SECRET', 'warn', 'the same as UNSUBSCRIBE_SECRET'),
      finding('secrets.UNSUBSCRIBE_SECRET', 'warn', 'the same as ERASURE_SECRET'),
    ]);
  });

  test('lack the key of erasures', async () => {
    expect(await ill({ ERASURE_SECRET: undefined })).toContainEqual(
      finding('secrets.ERASURE_SECRET', 'fail', 'is not set'),
    );
  });
});

describe('the database', () => {
  test('cannot be reached', async () => {
    expect(await ill({ DATABASE_OWNER_URL: `postgres://a:geheim@${NO_PORT}/x` })).toEqual([
      finding('database.reachable', 'fail', 'ECONNREFUSED'),
    ]);
  });

  test('is too old', () => {
    expect(versionFinding(140_011, 'PostgreSQL 14.11')).toEqual(
      finding('database.version', 'fail', '14.11'),
    );
  });

  test('would forget what it has committed', async () => {
    const role = `ALTER ROLE ${place.owner}`;
    expect(
      await illWhile(`${role} SET synchronous_commit = off`, `${role} RESET synchronous_commit`),
    ).toEqual([finding('database.durability', 'fail', 'synchronous_commit off')]);
  });

  test.each([
    [3_000, 'warn', '3.0 s behind'],
    [-60_000, 'fail', '60.0 s ahead of'],
  ] as const)('has another time by %d ms', async (byMs, state, found) => {
    expect(await ill({}, () => Date.now() + byMs)).toEqual([
      finding('database.clock_skew', state, found),
    ]);
  });

  test('is not migrated, or by a newer version', async () => {
    const empty = new URL(place.adminUrl);
    expect(await ill({ DATABASE_OWNER_URL: empty.href })).toEqual([
      finding('database.migrations', 'fail', /^(\d+) of \1 missing, from 0001/),
    ]);
    const newer = `INSERT INTO kysely_migration VALUES ('9999-later', now()::text)`;
    const back = `DELETE FROM kysely_migration WHERE name = '9999-later'`;
    expect(await illWhile(newer, back)).toEqual([
      finding('database.migrations', 'fail', '9999-later, which this version does not know'),
    ]);
  });

  test('has an owner who cannot become a role', async () => {
    const grant = `GRANT cadenza_worker TO ${place.owner} WITH ADMIN OPTION`;
    expect(await illWhile(`REVOKE cadenza_worker FROM ${place.owner} CASCADE`, grant)).toEqual([
      finding('database.roles', 'fail', 'cannot become cadenza_worker'),
    ]);
  });

  test('has a login that sees every tenant', async () => {
    const make = 'CREATE ROLE curious LOGIN; GRANT cadenza_claimer TO curious';
    expect(await illWhile(make, 'DROP ROLE curious')).toEqual([
      finding('database.roles', 'fail', 'curious can become cadenza_claimer'),
    ]);
  });

  test.each(['NO FORCE ROW LEVEL SECURITY', 'DISABLE ROW LEVEL SECURITY'])(
    'has a table with %s',
    async (change) => {
      const back = change.replace('NO FORCE', 'FORCE').replace('DISABLE', 'ENABLE');
      expect(
        await illWhile(`ALTER TABLE contacts ${change}`, `ALTER TABLE contacts ${back}`),
      ).toEqual([finding('database.row_security', 'fail', 'not in force on contacts')]);
    },
  );

  test.each([
    [0, 'fail'],
    [1, 'warn'],
  ] as const)('has no partition for the month in %d months', async (ahead, state) => {
    const now = new Date();
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead));
    const end = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1));
    const name = `message_events_${month.toISOString().slice(0, 7).replace('-', '')}`;
    expect(
      await illWhile(
        `ALTER TABLE message_events DETACH PARTITION ${name}`,
        `ALTER TABLE message_events ATTACH PARTITION ${name}
         FOR VALUES FROM ('${month.toISOString()}') TO ('${end.toISOString()}')`,
      ),
    ).toEqual([finding('database.partitions', state, name.slice(-6))]);
  });

  test('has a campaign clock that is not real time', async () => {
    const rated = (rate: number) =>
      `UPDATE clock_settings SET rate = ${rate}, real_base = now(), campaign_base = now()`;
    expect(await illWhile(rated(2), rated(1))).toEqual([
      finding('database.campaign_clock', 'warn', 'runs 2 times as fast'),
    ]);
    const real = { SENDGRID_BASE_URL: undefined, SENDGRID_API_KEY: undefined };
    expect(await illWhile(rated(2), rated(1), real)).toContainEqual(
      finding('database.campaign_clock', 'fail', 'with the real SendGrid'),
    );
  });

  test('is given to the apps with the wrong login', async () => {
    expect(await ill({ DATABASE_URL: place.ownerUrl })).toEqual([
      finding('database.login', 'fail', 'owns the tables'),
    ]);
    expect(await ill({ DATABASE_URL: `postgres://a:geheim@${NO_PORT}/x` })).toEqual([
      finding('database.login', 'fail', 'DATABASE_URL: no connection'),
    ]);
  });
});

describe('Redis', () => {
  async function configured(name: string, value: string, back: string): Promise<Finding[]> {
    const redis = new Redis(place.redisUrl);
    try {
      await redis.config('SET', name, value);
      return await ill();
    } finally {
      await redis.config('SET', name, back);
      redis.disconnect();
    }
  }

  test('cannot be reached', async () => {
    expect(await ill({ REDIS_URL: `redis://${NO_PORT}` })).toEqual([
      finding('redis.reachable', 'fail', 'ECONNREFUSED'),
    ]);
  });

  test('throws keys away', async () => {
    expect(await configured('maxmemory-policy', 'allkeys-lru', 'noeviction')).toEqual([
      finding('redis.eviction', 'fail', 'maxmemory-policy is allkeys-lru'),
    ]);
  });

  test('keeps nothing over a restart', async () => {
    expect(await configured('appendonly', 'no', 'yes')).toEqual([
      finding('redis.append_only', 'warn', 'appendonly is off'),
    ]);
  });

  test('is too old', () => {
    const info = 'redis_version:6.2.14\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n';
    expect(judgeRedis(info).filter(({ state }) => state !== 'ok')).toEqual([
      finding('redis.version', 'fail', 'Redis 6.2.14'),
    ]);
  });
});

describe('SendGrid', () => {
  const account = () => place.emulator.account;

  test('does not know the key, or does not answer', async () => {
    expect(await ill({ SENDGRID_API_KEY: 'SG.another' })).toContainEqual(
      finding('sendgrid.key', 'fail', 'does not know SENDGRID_API_KEY'),
    );
    expect(await ill({ SENDGRID_BASE_URL: `http://${NO_PORT}` })).toContainEqual(
      finding('sendgrid.key', 'fail', 'ECONNREFUSED'),
    );
    expect(await ill({ SENDGRID_API_KEY: undefined })).toContainEqual(
      finding('sendgrid.key', 'warn', 'is not set'),
    );
  });

  test('does not let the key send, or look things up', async () => {
    const { scopes } = account();
    for (const [without, state] of [
      ['mail.send', 'fail'],
      ['messages.read', 'warn'],
    ] as const) {
      account().configure({ scopes: scopes.filter((scope) => scope !== without) });
      expect(await ill()).toEqual([finding('sendgrid.scopes', state, without)]);
    }
    account().configure({ scopes });
  });

  test('posts events elsewhere, or none, or not all', async () => {
    const { url } = place.emulator.webhook.options;
    place.emulator.webhook.configure({ url: 'https://elsewhere.example.com/events' });
    expect(await ill()).toEqual([
      finding('sendgrid.event_webhook', 'fail', 'there are: https://elsewhere.example.com/events'),
    ]);
    place.emulator.webhook.configure({ url });
    const usual = account().eventWebhook;
    account().configure({ eventWebhook: { enabled: false } });
    expect(await ill()).toEqual([finding('sendgrid.event_webhook', 'fail', 'switched off')]);
    account().configure({ eventWebhook: { ...usual, without: ['bounce', 'open'] } });
    expect(await ill()).toEqual([
      finding('sendgrid.event_webhook', 'fail', 'is not sent bounce, open'),
    ]);
    account().configure({ eventWebhook: usual });
  });

  test('does not sign, or with another key', async () => {
    const usual = account().eventWebhook;
    account().configure({ eventWebhook: { signed: false } });
    expect(await ill()).toEqual([finding('sendgrid.webhook_signature', 'fail', 'are not signed')]);
    account().configure({ eventWebhook: usual });
    const other =
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==';
    expect(await ill({ SENDGRID_WEBHOOK_PUBLIC_KEY: other })).toEqual([
      finding('sendgrid.webhook_signature', 'fail', 'signed with a key that is not in'),
    ]);
  });

  test('brings no token, or one that nobody asks for', async () => {
    const client = {
      WEBHOOK_OAUTH_CLIENT_ID: 'sendgrid',
      WEBHOOK_OAUTH_CLIENT_SECRET: '0123456789abcdefghijklmnopqrstuvwxyz',
    };
    expect(await ill(client)).toEqual([finding('sendgrid.webhook_token', 'fail', 'no token')]);
    account().configure({ eventWebhook: { oauthClientId: 'sendgrid' } });
    expect(await ill(client)).toEqual([]);
    expect(await ill()).toEqual([finding('sendgrid.webhook_token', 'warn', 'nobody asks for')]);
    account().configure({ eventWebhook: { oauthClientId: null } });
  });

  test('has not verified a sender', async () => {
    const update = (email: string) => `UPDATE email_sender_identities SET email = '${email}'`;
    const findings = await illWhile(update('ann@stranger.example'), update(SENDER));
    expect(findings).toContainEqual(
      finding('senders.ann@stranger.example', 'fail', 'neither the address nor domain'),
    );
  });
});

describe('the issuer of OpenID Connect', () => {
  /** One that describes itself so, at an address of its own. */
  async function withIssuer(
    describe: (url: string) => unknown,
    check: (env: Env) => Promise<void>,
  ): Promise<void> {
    let said = '';
    const server = createServer(({ url }, response) => {
      response.statusCode = url === '/.well-known/openid-configuration' ? 200 : 404;
      response.end(said);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    said = JSON.stringify(describe(url));
    try {
      await check({ OIDC_ISSUER: url, OIDC_CLIENT_ID: 'cadenza' });
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  const whole = (issuer: string) => ({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    code_challenge_methods_supported: ['S256'],
  });
  const CHECK = 'oidc.discovery';

  test('is found, as it calls itself', () =>
    withIssuer(whole, async (env) => {
      expect(await ill(env)).toEqual([]);
    }));

  test('cannot be reached, or is none', async () => {
    const env = { OIDC_ISSUER: `http://${NO_PORT}`, OIDC_CLIENT_ID: 'cadenza' };
    expect(await ill(env)).toEqual([finding(CHECK, 'fail', 'nothing that can be read')]);
    await withIssuer(whole, async ({ OIDC_ISSUER, ...rest }) => {
      const elsewhere = { ...rest, OIDC_ISSUER: `${OIDC_ISSUER ?? ''}/realm` };
      expect(await ill(elsewhere)).toEqual([finding(CHECK, 'fail', 'answers 404')]);
    });
  });

  test('calls itself otherwise, or lacks what is needed', async () => {
    await withIssuer(
      () => whole('https://evil.example'),
      async (env) => {
        expect(await ill(env)).toEqual([finding(CHECK, 'fail', 'https://evil.example')]);
      },
    );
    await withIssuer(
      (url) => ({ ...whole(url), jwks_uri: undefined }),
      async (env) => {
        expect(await ill(env)).toEqual([finding(CHECK, 'fail', 'has no jwks_uri')]);
      },
    );
    await withIssuer(
      (url) => ({ ...whole(url), code_challenge_methods_supported: ['plain'] }),
      async (env) => {
        expect(await ill(env)).toEqual([finding(CHECK, 'warn', 'PKCE')]);
      },
    );
  });
});

describe('DNS', () => {
  async function without(name: string) {
    place.dns.set(name, null);
    try {
      return await ill();
    } finally {
      place.dns.set(name, place.records[name] ?? null);
    }
  }

  test.each([
    ['spf', DOMAIN, 'warn', 'none; SendGrid'],
    ['dkim', `s1._domainkey.${DOMAIN}`, 'warn', `s1._domainkey.${DOMAIN}: none`],
    ['dmarc', `_dmarc.${DOMAIN}`, 'fail', 'none'],
  ] as const)('lacks %s', async (check, name, state, found) => {
    expect(await without(name)).toEqual([finding(`dns.${DOMAIN}.${check}`, state, found)]);
  });

  test('does not answer', async () => {
    place.dns.set(`_dmarc.${DOMAIN}`, { failure: 'SERVFAIL' });
    expect(await ill()).toEqual([
      finding(`dns.${DOMAIN}.dmarc`, 'warn', 'DNS could not be asked (ESERVFAIL)'),
    ]);
    place.dns.set(`_dmarc.${DOMAIN}`, place.records[`_dmarc.${DOMAIN}`] ?? null);
  });
});

test('a tenant without a postal address starts nothing', async () => {
  expect(
    await illWhile(
      'UPDATE tenants SET postal_address = NULL',
      "UPDATE tenants SET postal_address = '1 Example Road, London'",
    ),
  ).toEqual([finding('tenants.postal_address', 'fail', '"Acme" without')]);
});

describe('an account of a tenant’s own', () => {
  const ENCRYPTION_KEYS = `e1:${randomBytes(32).toString('base64')}`;
  const events = (tenantId: string) =>
    `${place.env['PUBLIC_URL'] ?? ''}/v1/webhooks/sendgrid/events/${tenantId}`;

  /** What is not well while the tenant has this API key. */
  async function illWith(apiKey: string, over: Env = { ENCRYPTION_KEYS }): Promise<Finding[]> {
    const { tenantId } = place;
    const { encryptionKeys } = inspectEnvironment({ ENCRYPTION_KEYS });
    const box = openSecretBox(encryptionKeys);
    if (box === null) throw new Error('no keys');
    const db = createDatabase(createPool({ url: place.ownerUrl, poolSize: 1 }));
    try {
      await asTenant(db, tenantId, (trx) =>
        setSendGridKey(trx, tenantId, { apiKey, box, actor: 'test' }),
      );
      return await ill(over);
    } finally {
      await asTenant(db, tenantId, (trx) => removeSendGridKey(trx, tenantId, 'test'));
      await db.destroy();
    }
  }

  test('has a key that SendGrid does not know, which its senders are asked with', async () => {
    expect(await illWith('SG.of.acme')).toEqual([
      finding('sendgrid.Acme.key', 'fail', 'does not know the API key of "Acme"'),
      finding(`senders.${SENDER}`, 'warn', '401'),
    ]);
  });

  test('posts its events to the installation, and not to the tenant', async () => {
    expect(await illWith(EMULATOR_API_KEY)).toEqual([
      finding('sendgrid.Acme.event_webhook', 'fail', `none posts to ${events(place.tenantId)}`),
    ]);
  });

  test('signs with a key that the tenant has not, until it has it', async () => {
    const { url } = place.emulator.webhook.options;
    const { tenantId } = place;
    place.emulator.webhook.configure({ url: events(tenantId) });
    const elsewhere = finding('sendgrid.event_webhook', 'fail', 'there are');
    expect(await illWith(EMULATOR_API_KEY)).toEqual([
      finding('sendgrid.Acme.webhook_signature', 'fail', 'webhook-key add "Acme"'),
      elsewhere,
    ]);
    const db = createDatabase(createPool({ url: place.ownerUrl, poolSize: 1 }));
    const key = { name: 'own', publicKey: place.emulator.publicKey };
    await asTenant(db, tenantId, (trx) => insertWebhookKey(trx, tenantId, key));
    await db.destroy();
    expect(await illWith(EMULATOR_API_KEY)).toEqual([elsewhere]);
    place.emulator.webhook.configure({ url });
  });

  test('is sealed with a key that is not there', async () => {
    const missing = finding('secrets.ENCRYPTION_KEYS', 'fail', '"e1"');
    expect(await illWith(EMULATOR_API_KEY, {})).toEqual([missing]);
    const other = { ENCRYPTION_KEYS: `e2:${randomBytes(32).toString('base64')}` };
    expect(await illWith(EMULATOR_API_KEY, other)).toEqual([
      missing,
      finding('sendgrid.Acme.key', 'fail', 'the key e1 has sealed it'),
    ]);
  });
});
