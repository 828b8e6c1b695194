import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { CUSTOM_ARGS, SIGNATURE_HEADER, TIMESTAMP_HEADER } from '@cadenza/sendgrid';

/** A message that the provider has accepted. */
export interface SentMessage {
  readonly tenantId: string;
  readonly id: string;
  readonly attempt: number;
  readonly address: string;
  readonly providerMessageId: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** A body of the event webhook with the headers that sign it. */
export interface SignedBody {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly events: number;
}

export interface Signer {
  /** Base64 of DER SPKI, as SendGrid shows it. */
  readonly publicKey: string;
  sign(body: Buffer): Readonly<Record<string, string>>;
}

export function createSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    sign(body) {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const signed = Buffer.concat([Buffer.from(timestamp, 'latin1'), body]);
      return {
        [TIMESTAMP_HEADER]: timestamp,
        [SIGNATURE_HEADER]: sign('sha256', signed, privateKey).toString('base64'),
      };
    },
  };
}

const AGENT = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15';
/** Of a message: every fifth reader clicks, the others come back to it. */
const CLICKS_EVERY = 5;
/** An event is repeated after each so many. */
const REPEAT_EVERY = 10;
/** How many events of others lie between two of one message. */
const APART = 1_500;

/**
 * What the provider tells of these messages, in the order in which it would come: a `processed`, a
 * `delivered`, an `open` and one more of them or a `click` for each, those of one message far apart,
 * and every tenth event once more, somewhat later.
 */
export function eventsOf(messages: readonly SentMessage[]): object[] {
  const told = messages.flatMap((message, nth) =>
    wordsOf(nth).map((event, step) => ({
      at: nth + step * APART,
      event: rawEvent(message, event, step),
    })),
  );
  const repeated = told
    .filter((_, index) => index % REPEAT_EVERY === REPEAT_EVERY - 1)
    .map(({ at, event }) => ({ at: at + APART / 2, event }));
  return [...told, ...repeated].sort((a, b) => a.at - b.at).map(({ event }) => event);
}

function wordsOf(nth: number): readonly string[] {
  return ['processed', 'delivered', 'open', nth % CLICKS_EVERY === 0 ? 'click' : 'open'];
}

function rawEvent(message: SentMessage, event: string, step: number): object {
  const id = createHash('sha1').update(`${message.id} ${event} ${step}`).digest('base64url');
  return {
    [CUSTOM_ARGS.tenantId]: message.tenantId,
    [CUSTOM_ARGS.messageId]: message.id,
    [CUSTOM_ARGS.attempt]: String(message.attempt),
    email: message.address,
    timestamp: Math.floor(message.sentAt / 1_000) + 30 * step,
    event,
    sg_event_id: id,
    'smtp-id': `<${message.providerMessageId}@geopod-ismtpd-7>`,
    sg_message_id: `${message.providerMessageId}.recvd-5f54b5d587-q7c2t-1-6710A1B2-1E.0`,
    ...(event === 'delivered' ? { response: '250 2.0.0 OK', ip: '192.0.2.17', tls: 1 } : {}),
    ...(event === 'open' || event === 'click'
      ? { useragent: AGENT, ip: '198.51.100.4', sg_machine_open: false }
      : {}),
    ...(event === 'click'
      ? {
          url: 'https://www.example.com/how-it-works?from=intro',
          url_offset: { index: 0, type: 'html' },
        }
      : {}),
  };
}

/** Signed bodies of so many events each. */
export function bodiesOf(events: readonly object[], size: number, signer: Signer): SignedBody[] {
  const bodies: SignedBody[] = [];
  for (let from = 0; from < events.length; from += size) {
    const batch = events.slice(from, from + size);
    const body = Buffer.from(JSON.stringify(batch));
    bodies.push({ body, headers: signer.sign(body), events: batch.length });
  }
  return bodies;
}
