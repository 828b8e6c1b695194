import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApiKey, inTenants, insertApiKey, insertWebhookKey } from '@cadenza/database';
import { startDemoCampaign } from '@cadenza/demo';
import { createReplyAddress } from '@cadenza/inbound';
import { campaignScope, createUnsubscribeToken } from '@cadenza/rendering';
import { freePorts, SENDGRID_KEY, startStack, type Stack } from '@cadenza/stack';
import { startDnsServer, type DnsRecords } from '@cadenza/testing';
import { createIssuer, type Issuer } from '@cadenza/testing/oidc-issuer';
import type { FuzzSurroundings } from '../options.ts';
import type { Derive } from './known-values.ts';
import {
  askForAudiences,
  beginSignIns,
  draftLike,
  giveUpLost,
  nextOf,
  putAside,
  receiveAttached,
  signInOften,
  watch,
  writeToLost,
  type BegunSignIn,
} from './prepared.ts';
import { OWN_SENDGRID_KEY, PLAN } from './samples.ts';

/** A whole Cadenza with a tenant whose campaign runs, and all that opens it. */
export interface FuzzedWorld {
  readonly stack: Stack;
  /** API keys: one that may do anything, and one that may read. */
  readonly keys: { readonly own: string; readonly reader: string };
  /** Tokens of sessions of a person who has signed in. */
  readonly sessions: readonly string[];
  /** Where people sign in at an identity provider; at the stack's own API they do by a password. */
  readonly issuerApiUrl: string;
  /** Sign-ins there that wait to be finished. */
  readonly signIns: readonly BegunSignIn[];
  /**
   * Ids of the keys, of the people who sign in and of an endpoint, and of what has failed, is unknown or was
   * put aside: a run that ended them would say no more.
   */
  readonly neverNamed: ReadonlySet<string>;
  /** Signs webhooks of every provider, and of the tenant's own account. */
  readonly signingKey: KeyObject;
  /** What is made of ids and secrets. */
  readonly derived: Readonly<Record<string, Derive>>;
  stop(): Promise<void>;
}

/** Fewer than those after which nothing is sent any more for a while. */
const LOST = ['lost1', 'lost2', 'lost3', 'lost4'];
const DOMAIN = 'replies.example.com';
const KEY_ID = 'k1';
const CLIENT = { clientId: 'cadenza', clientSecret: 'a-secret-of-the-client' };
const MAIL: DnsRecords = { mx: [[10, 'mx.example.org']], a: ['192.0.2.1'] };
/** Domains of people and of senders, as a resolver finds them; no other exists. */
const RECORDS: Readonly<Record<string, DnsRecords>> = {
  'example.com': { ...MAIL, txt: ['v=spf1 include:sendgrid.net ~all'] },
  'example.org': MAIL,
  'mx.example.org': { a: ['192.0.2.1'] },
  'sendgrid.net': { txt: ['v=spf1 ip4:192.0.2.0/24 ~all'] },
  '_dmarc.example.com': { txt: ['v=DMARC1; p=none'] },
};

/** @param seed decides how recipients behave. */
export async function startFuzzedWorld(
  seed: number,
  { adminUrl, hostEnv }: Omit<FuzzSurroundings, 'say'>,
): Promise<FuzzedWorld> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicText = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const secret = randomBytes(33).toString('base64');
  const blobs = await mkdtemp(path.join(tmpdir(), 'cadenza-fuzz-'));
  const dns = await startDnsServer(RECORDS);
  const release = async () => {
    await dns.close();
    await rm(blobs, { recursive: true, force: true });
  };
  const stack = await startStack({
    adminUrl,
    redisUrl: null,
    rate: 1,
    campaignStart: Date.now(),
    seed: String(seed),
    sms: true,
    hostEnv,
    env: {
      LOG_LEVEL: 'error',
      BLOB_DIR: blobs,
      DNS_LOOKUPS: 'on',
      DNS_SERVERS: dns.address,
      API_KEY_REQUESTS_PER_MINUTE: '1000000',
      API_TENANT_REQUESTS_PER_MINUTE: '1000000',
      ENCRYPTION_KEYS: `e1:${randomBytes(32).toString('base64')}`,
      INBOUND_DOMAIN: DOMAIN,
      INBOUND_SECRET: `${KEY_ID}:${secret}`,
      UNSUBSCRIBE_SECRET: `${KEY_ID}:${secret}`,
      SMS_WEBHOOK_PUBLIC_KEY: publicText,
    },
    emulatorEnv: {
      SENDGRID_API_KEY: `${SENDGRID_KEY},${OWN_SENDGRID_KEY}`,
      WEBHOOK_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  }).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  let issuer: Issuer | null = null;
  const stop = async () => {
    await stack.stop();
    await issuer?.close();
    await release();
  };
  try {
    await loseSome(stack);
    const campaign = await startDemoCampaign(stack, {
      contactsCsv: 'email,first_name\nada@example.org,ada\ngrace@example.org,grace\n',
      plan: PLAN,
    });
    const { tenantId } = campaign;
    const endpoint = await watch(campaign);
    const mail = await receiveAttached(campaign, stack.apiUrl);
    const lostCampaign = await writeToLost(
      campaign,
      LOST.map((name) => `${name}@example.org`),
    );
    const finishable = await draftLike(campaign, 'To be finished');
    const opened = await openTenant(stack, tenantId, publicText);
    const { unknown, failed } = await giveUpLost(stack, opened.keys.own, LOST.length);
    const [dismissable = '', ...resendable] = failed.map(({ id }) => id);
    const aside = await putAside(stack, tenantId);
    const retryable = aside.slice(0, aside.length / 2);
    const droppable = aside.slice(aside.length / 2);
    const aheadMs = await clockAhead(stack);
    await askForAudiences(stack, campaign);
    const { sessions, userIds } = await signInOften(stack, tenantId);
    const [port = 0] = await freePorts(1);
    const issuerApiUrl = `http://127.0.0.1:${port}`;
    issuer = await createIssuer({
      ...CLIENT,
      redirectUri: `${issuerApiUrl}/v1/sign-in/callback`,
    });
    const env = {
      PUBLIC_URL: issuerApiUrl,
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: CLIENT.clientId,
      OIDC_CLIENT_SECRET: CLIENT.clientSecret,
    };
    await stack.startApi({ name: 'api-with-issuer', port, env });
    const signIns = await beginSignIns(issuerApiUrl, issuer);
    const { url } = issuer;
    const signInOf = (nth: number) => signIns[nth % signIns.length];
    const derived: Record<string, Derive> = {
      tenant: () => tenantId,
      finishableCampaign: () => finishable,
      keptEndpoint: () => endpoint,
      attachedMail: () => mail.id,
      attachment: () => mail.attachmentId,
      resendableMessage: () => nextOf(resendable),
      dismissableMessage: () => dismissable,
      resolvableMessage: () => unknown.id,
      retryableDelivery: () => nextOf(retryable),
      droppableDelivery: () => nextOf(droppable),
      momentAgo: () => new Date(Date.now() + aheadMs - 5).toISOString(),
      signInCode: (_idOf, nth) => signInOf(nth)?.code ?? '',
      signInState: (_idOf, nth) => signInOf(nth)?.state ?? '',
      issuer: () => url,
      replyAddress: (idOf) =>
        createReplyAddress({ tenantId, messageId: idOf('message'), keyId: KEY_ID }, secret, DOMAIN),
      unsubscribeToken: (idOf) =>
        createUnsubscribeToken(
          {
            tenantId,
            contactId: idOf('contact'),
            scope: campaignScope(idOf('campaign')),
            keyId: KEY_ID,
          },
          secret,
        ),
    };
    return {
      stack,
      keys: opened.keys,
      neverNamed: new Set([
        ...opened.keyIds,
        ...userIds,
        endpoint,
        lostCampaign,
        finishable,
        ...retryable,
        ...droppable,
        ...[unknown, ...failed].flatMap(({ id, contactId, enrollmentId }) => [
          id,
          contactId,
          enrollmentId,
        ]),
      ]),
      sessions,
      issuerApiUrl,
      signIns,
      signingKey: privateKey,
      derived,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Has the provider lose some mails, so that there are messages of whose fate nobody knows. */
async function loseSome({ emulatorUrl }: Stack): Promise<void> {
  const answer = await fetch(`${emulatorUrl}/_emulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'drop_before_accept', recipient: 'lost*@example.org' }),
  });
  if (!answer.ok) throw new Error(`the emulator takes no fault: ${await answer.text()}`);
}

/** Milliseconds by which campaign time is ahead of this machine's. */
async function clockAhead({ emulatorUrl }: Stack): Promise<number> {
  const answer = await fetch(`${emulatorUrl}/_emulator/clock`);
  return ((await answer.json()) as { readonly now: number }).now - Date.now();
}

function openTenant(
  { apiDb }: Stack,
  tenantId: string,
  publicKey: string,
): Promise<Pick<FuzzedWorld, 'keys'> & { readonly keyIds: readonly string[] }> {
  const [own, reader] = [createApiKey(), createApiKey()];
  return inTenants(apiDb, [tenantId], async (trx) => {
    await insertWebhookKey(trx, tenantId, { name: 'fuzz', publicKey });
    const keyIds = [
      await insertApiKey(trx, tenantId, { ...own, name: 'fuzz' }),
      await insertApiKey(trx, tenantId, { ...reader, name: 'fuzz reader', scopes: ['read'] }),
    ];
    return { keys: { own: own.key, reader: reader.key }, keyIds };
  });
}
