import { createHash } from 'node:crypto';
import { newId, type BlobStore, type Id, type StandIn } from '@cadenza/domain';
import { processInbound, type DeliveryRef, type InboundResult } from '@cadenza/engine';
import { createReplyAddress, createUnsubscribeAddress } from '@cadenza/inbound';
import { readInboundForm } from '@cadenza/sendgrid';
import type { Enrolled } from './scenario.ts';
import type { World } from './world.ts';

const KEY = { id: 'k1', secret: 'a secret for addresses, of 32 bytes or more' };
const DOMAIN = 'replies.example.com';
const TYPE = 'multipart/form-data; boundary=xYzZY';

/** A blob store in memory. */
export function memoryBlobs(): BlobStore & { readonly kept: Map<string, Buffer> } {
  const kept = new Map<string, Buffer>();
  return {
    kept,
    async put(key, bytes) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      kept.set(key, Buffer.concat(chunks));
    },
    async get(key) {
      const found = kept.get(key);
      return found === undefined ? null : once(found);
    },
    async *keptSinceBefore() {
      yield* [...kept.keys()];
    },
    async delete(key) {
      kept.delete(key);
    },
  };
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

export interface TestMail {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly text?: string;
  /** Further header lines. */
  readonly headers?: readonly string[];
  /** Content-Type and body, in the place of a plain text. */
  readonly body?: string;
}

/** A mail in the form of RFC 5322. */
export function mime({
  from = 'somebody@example.org',
  to = `campaign@${DOMAIN}`,
  subject = 'Re: Hello',
  text = 'That sounds good, let us talk next week.',
  headers = [],
  body = `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`,
}: TestMail = {}): string {
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <${newId()}@mail.example.org>`,
    'Date: Wed, 14 Jan 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n${body}`;
}

/** The form in which Inbound Parse posts a mail raw, with an envelope of its own. */
export function rawForm(
  mail: string,
  envelope: { from: string; to: readonly string[] },
  spf = 'pass',
): Buffer {
  return formOf({ email: mail, envelope: JSON.stringify(envelope), SPF: spf });
}

export function formOf(fields: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--xYzZY\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return Buffer.from(`${parts.join('')}--xYzZY--\r\n`);
}

export interface Posted {
  readonly form?: Buffer;
  readonly addressee?: Id | null;
  readonly verdict?: 'signed' | 'token' | 'open' | 'unverified';
  readonly truncated?: boolean;
  /** What the provider says of SPF. */
  readonly spf?: string;
}

/** Keeps a mail as the API does. */
export async function keepMail(
  world: World,
  blobs: BlobStore,
  { form = Buffer.from(''), addressee = null, verdict = 'signed', truncated = false }: Posted,
): Promise<DeliveryRef> {
  const id = newId();
  const blobKey = `inbound/${id}`;
  await blobs.put(blobKey, once(form));
  const ref = await world.apiStore.storeInbound({
    id,
    addressee,
    contentType: TYPE,
    bytes: form.length,
    hash: createHash('sha256').update(form).digest(),
    blobKey,
    verdict,
    verdictReason: verdict === 'unverified' ? 'missing_signature' : null,
    truncated,
  });
  if (ref === null) throw new Error('these bytes had come before');
  return ref;
}

export function processMail(
  world: World,
  blobs: BlobStore,
  ref: DeliveryRef,
  store = world.store,
  standIn: StandIn | null = null,
): Promise<InboundResult> {
  return processInbound(ref, {
    standIn,
    store,
    blobs,
    plans: world.plans,
    clock: world.clock,
    graceMs: world.graceMs,
    read: readInboundForm,
    addressKeys: { [KEY.id]: KEY.secret },
  });
}

/** Keeps a raw mail and processes it. */
export async function receive(
  world: World,
  blobs: BlobStore,
  mail: TestMail,
  { spf, ...posted }: Omit<Posted, 'form'> = {},
): Promise<InboundResult> {
  const { from = 'somebody@example.org', to = `campaign@${DOMAIN}` } = mail;
  const form = rawForm(mime(mail), { from, to: [to] }, spf);
  return processMail(world, blobs, await keepMail(world, blobs, { ...posted, form }));
}

export function replyAddressOf({ tenant, messageId }: Pick<Enrolled, 'tenant' | 'messageId'>) {
  return createReplyAddress(
    { tenantId: tenant.tenantId, messageId, keyId: KEY.id },
    KEY.secret,
    DOMAIN,
  );
}

export function unsubscribeAddressOf({
  tenant,
  contactId,
}: Pick<Enrolled, 'tenant' | 'contactId'>) {
  return createUnsubscribeAddress(
    { tenantId: tenant.tenantId, contactId, keyId: KEY.id },
    KEY.secret,
    DOMAIN,
  );
}

export interface InboundRow {
  readonly id: Id;
  readonly message_id: Id | null;
  readonly enrollment_id: Id | null;
  readonly contact_id: Id | null;
  readonly matched_by: string | null;
  readonly confidence: number | null;
  readonly kind: string;
  readonly effect: string | null;
  readonly verdict: string;
  readonly return_on: string | null;
  readonly reply_text: string | null;
}

export function inboundOf(world: World, tenantId: Id): Promise<InboundRow[]> {
  return world.rows('SELECT * FROM inbound_messages WHERE tenant_id = ? ORDER BY id', tenantId);
}
