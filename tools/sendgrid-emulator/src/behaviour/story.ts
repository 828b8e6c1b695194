import { logUniform, wholeBetween, type Random } from '../seeded.ts';
import type { BehaviourProfile } from './profile.ts';

/** SendGrid's own names of events. */
export const EVENT_NAMES = [
  'processed',
  'dropped',
  'deferred',
  'delivered',
  'bounce',
  'open',
  'click',
  'spamreport',
  'unsubscribe',
  'group_unsubscribe',
  'group_resubscribe',
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Something that will happen to a message. */
export interface StoryEvent {
  readonly event: EventName;
  /** Campaign milliseconds after SendGrid began to work on the message. */
  readonly afterMs: number;
  /** The event's own fields, as the webhook carries them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** An asynchronous bounce: SendGrid no longer knows which message it was. */
  readonly anonymous?: boolean;
}

/** What a story needs to know of a message. */
export interface StoryMail {
  readonly openTracking: boolean;
  readonly clickTracking: boolean;
  readonly asmGroupId: number | null;
  /** The message's HTML, from which a link is taken when the person clicks. */
  readonly html: () => string;
  /** The header that names the links which unsubscribe; empty where there is none. */
  readonly listUnsubscribe: string;
  /** Soft bounces that the message has had already. */
  readonly softBounces: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const BROWSER =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36';
/** Ranges set aside for documentation (RFC 5737). */
const SENDING_IP = '192.0.2.25';
const READER_IP = '198.51.100.7';
const PROXY_IP = '203.0.113.9';

/**
 * Decides what happens to one message to one recipient. All numbers are drawn in a fixed order,
 * whatever comes of them, so that a profile which differs in one likelihood changes nothing else.
 */
export function tellStory(
  profile: BehaviourProfile,
  random: Random,
  mail: StoryMail,
): readonly StoryEvent[] {
  const fate = random();
  const processedAfter = Math.round(logUniform(random, 200, 2 * SECOND));
  const answeredAfter = processedAfter + Math.round(logUniform(random, SECOND, 20 * SECOND));
  const events: StoryEvent[] = [];

  let limit = profile.dropped;
  if (fate < limit) {
    return [
      { event: 'dropped', afterMs: processedAfter, fields: { reason: 'Invalid', status: '5.0.0' } },
    ];
  }
  events.push({ event: 'processed', afterMs: processedAfter, fields: {} });
  if (fate < (limit += profile.hardBounce)) {
    events.push({ event: 'bounce', afterMs: answeredAfter, fields: HARD_BOUNCE });
    return events;
  }
  if (fate < (limit += profile.softBounce) && mail.softBounces < profile.softBounces) {
    events.push({ event: 'bounce', afterMs: answeredAfter, fields: SOFT_BOUNCE });
    return events;
  }
  if (fate >= limit && fate < limit + profile.blocked) {
    events.push({ event: 'bounce', afterMs: answeredAfter, fields: BLOCK });
    return events;
  }
  deliver(events, profile, random, mail, answeredAfter);
  return events.sort((x, y) => x.afterMs - y.afterMs);
}

const HARD_BOUNCE = {
  reason: '550 5.1.1 The email account that you tried to reach does not exist.',
  status: '5.1.1',
  type: 'bounce',
  bounce_classification: 'Invalid Address',
  ip: SENDING_IP,
  tls: 1,
};
const SOFT_BOUNCE = {
  reason: '552 5.2.2 The mailbox of the recipient is full.',
  status: '5.2.2',
  type: 'bounce',
  bounce_classification: 'Mailbox Unavailable',
  ip: SENDING_IP,
  tls: 1,
};
const BLOCK = {
  reason: '550 5.7.1 The message was refused for the reputation of its sender.',
  status: '5.7.1',
  type: 'blocked',
  bounce_classification: 'Reputation',
  ip: SENDING_IP,
  tls: 1,
};

function deliver(
  events: StoryEvent[],
  profile: BehaviourProfile,
  random: Random,
  mail: StoryMail,
  answeredAfter: number,
): void {
  let delivered = answeredAfter;
  const deferred = random() < profile.deferred;
  const deferrals = wholeBetween(random, 1, 3);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const pause = Math.round(logUniform(random, MINUTE, 30 * MINUTE));
    if (!deferred || attempt > deferrals) continue;
    events.push({
      event: 'deferred',
      afterMs: delivered,
      fields: {
        response: '451 4.7.1 Greylisted, try again later.',
        attempt: String(attempt),
        ip: SENDING_IP,
      },
    });
    delivered += pause;
  }
  events.push({
    event: 'delivered',
    afterMs: delivered,
    fields: { response: '250 2.0.0 OK', ip: SENDING_IP, tls: 1 },
  });
  const returnedAfter = Math.round(logUniform(random, 2 * MINUTE, 2 * HOUR));
  if (random() < profile.asyncBounce) {
    events.push({
      event: 'bounce',
      afterMs: delivered + returnedAfter,
      anonymous: true,
      fields: { ...HARD_BOUNCE, ip: undefined },
    });
    return;
  }
  react(events, profile, random, mail, delivered);
}

function react(
  events: StoryEvent[],
  profile: BehaviourProfile,
  random: Random,
  mail: StoryMail,
  delivered: number,
): void {
  const fetchedBy = random() < profile.machineOpen;
  const fetchedAt = delivered + Math.round(logUniform(random, SECOND, 30 * SECOND));
  const opens = random() < profile.open;
  const openedAt = delivered + Math.round(logUniform(random, MINUTE, 2 * DAY));
  const reopens = random() < profile.reopen;
  const reopenedAt = openedAt + Math.round(logUniform(random, 10 * MINUTE, DAY));
  const clicks = random() < profile.click;
  const clickedAt = openedAt + Math.round(logUniform(random, 3 * SECOND, 10 * MINUTE));
  const choice = random();
  const leaves = random() < profile.unsubscribe;
  const leavesGroup = random() < profile.groupUnsubscribe;
  const leftAt = delivered + Math.round(logUniform(random, 2 * MINUTE, 2 * DAY));
  const complains = random() < profile.complaint;
  const complainedAt = delivered + Math.round(logUniform(random, 5 * MINUTE, 2 * DAY));

  const reader = { useragent: BROWSER, ip: READER_IP };
  if (mail.openTracking) {
    if (fetchedBy) {
      events.push({
        event: 'open',
        afterMs: fetchedAt,
        fields: { useragent: 'Mozilla/5.0', ip: PROXY_IP, sg_machine_open: true },
      });
    }
    const fields = { ...reader, sg_machine_open: false };
    if (opens) events.push({ event: 'open', afterMs: openedAt, fields });
    if (opens && reopens) events.push({ event: 'open', afterMs: reopenedAt, fields });
  }
  if (mail.clickTracking && opens && clicks) {
    const links = linksOf(mail.html(), mail.listUnsubscribe);
    const index = Math.floor(choice * links.length);
    const url = links[index];
    if (url !== undefined) {
      const fields = { ...reader, url, url_offset: { index, type: 'html' } };
      events.push({ event: 'click', afterMs: clickedAt, fields });
    }
  }
  if (leaves) events.push({ event: 'unsubscribe', afterMs: leftAt, fields: {} });
  if (leavesGroup) {
    const groupId = mail.asmGroupId ?? 1;
    const url = `https://unsubscribe.invalid/asm/${groupId}`;
    events.push({
      event: 'group_unsubscribe',
      afterMs: leftAt,
      fields: { ...reader, asm_group_id: groupId, url },
    });
  }
  if (complains) events.push({ event: 'spamreport', afterMs: complainedAt, fields: {} });
}

const HIDDEN = /<a\s[^>]*display:\s*none[^>]*>/gi;

/** The links of a mail that a reader may follow out of interest: none that unsubscribes, none unseen. */
export function linksOf(html: string, listUnsubscribe: string): readonly string[] {
  const leaving = new Set(listUnsubscribe.match(/(?<=<)https?:[^>]+(?=>)/gi));
  const links: string[] = [];
  for (const match of html
    .replaceAll(HIDDEN, '')
    .matchAll(/href\s*=\s*(?:"(https?:[^"]*)"|'(https?:[^']*)')/gi)) {
    const url = (match[1] ?? match[2] ?? '').replaceAll('&amp;', '&');
    if (!leaving.has(url) && !/unsubscribe/i.test(url)) links.push(url);
  }
  return links;
}
