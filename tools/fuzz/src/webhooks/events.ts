import type { Random } from '../random.ts';

/** A message that exists, for events to name. */
export interface KnownMessage {
  readonly tenantId: string;
  readonly messageId: string;
  /** The beginning of `sg_message_id`. */
  readonly providerMessageId: string;
}

type Json = Record<string, unknown>;

const TYPES = [
  'processed',
  'deferred',
  'delivered',
  'open',
  'click',
  'bounce',
  'dropped',
  'spamreport',
  'unsubscribe',
  'group_unsubscribe',
  'group_resubscribe',
  'account_status_change',
  'never_heard_of',
] as const;

/** What readers stumble over, in any field. */
const STRANGE: readonly [unknown, ...unknown[]] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  2 ** 53,
  1.5,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u200b',
  "'; DROP TABLE tenants; --",
  '${jndi:x}',
  '../../etc/passwd',
  '%00%ff',
  [],
  {},
  [[]],
  { a: { b: { c: {} } } },
  '9'.repeat(400),
  'x'.repeat(5_000),
  '.'.repeat(3_000),
  'a@'.repeat(200),
  '5.1.1 '.repeat(300),
  'https://example.com/u/'.repeat(40),
  '00000000-0000-0000-0000-000000000000',
];

const TIMES: readonly [unknown, ...unknown[]] = [
  0,
  1,
  -1,
  0.0001,
  253_402_300_799,
  253_402_300_800,
  1e15,
  '1600112502',
  '1600112502.5',
  'now',
  null,
];

/** One event of SendGrid's, often of a message that exists, often with something strange in it. */
export function eventOf(
  random: Random,
  messages: readonly KnownMessage[],
  nowSeconds: number,
): Json {
  const message = messages[random.int(messages.length)];
  const event: Json = {
    email: 'person@example.org',
    event: random.pick(TYPES),
    timestamp: nowSeconds - random.int(100_000),
    sg_event_id: `event-${random.int(1e9)}`,
    'smtp-id': `<${random.int(1e9)}@smtp.example>`,
    reason: '550 5.1.1 unknown user',
    response: '250 OK',
    status: '5.1.1',
    type: random.pick(['bounce', 'blocked']),
    bounce_classification: random.pick(['Invalid Address', 'Content', 'Technical Failure', 'x']),
    useragent: 'Mozilla/5.0',
    url: 'https://example.com/?a=b',
    url_offset: { index: random.int(3), type: 'html' },
  };
  if (message !== undefined && random.percent(70)) {
    event['sg_message_id'] = `${message.providerMessageId}.filter-1.0`;
    if (random.percent(80)) {
      event['cadenza_tenant_id'] = message.tenantId;
      event['cadenza_message_id'] = message.messageId;
      event['cadenza_attempt'] = random.percent(90) ? '1' : String(random.int(4));
    }
  }
  for (let strange = random.int(3); strange > 0 && random.percent(50); strange -= 1) {
    const names = Object.keys(event);
    const name = names[random.int(names.length)] ?? 'event';
    if (random.percent(20)) delete event[name];
    else event[name] = name === 'timestamp' ? random.pick(TIMES) : random.pick(STRANGE);
  }
  return event;
}
