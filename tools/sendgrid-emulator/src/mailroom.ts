import { hash } from 'node:crypto';
import { normalizeEmail, type Clock, type EpochMs } from '@cadenza/domain';
import type { Activity, SentMessage } from './activity.ts';
import type { Behaviours } from './behaviour/rules.ts';
import { tellStory, type StoryEvent } from './behaviour/story.ts';
import { eventBody } from './event-body.ts';
import type { Ledger } from './ledger.ts';
import type { AcceptedPart, MailRequest } from './mail/mail.ts';
import { createMessageIds, smtpIdOf } from './message-ids.ts';
import type { ScheduledSends } from './scheduled-sends.ts';
import type { Scheduler } from './scheduler.ts';
import { seededRandom } from './seeded.ts';
import type { Suppressions } from './suppressions.ts';
import type { EventWebhook } from './webhook/webhook.ts';

/** Takes valid mails, and lets what follows happen to each of their recipients. */
export interface Mailroom {
  /**
   * @param keyEnd the last four characters of the API key that it came with.
   * @returns the `X-Message-Id`.
   */
  accept(mail: MailRequest, keyEnd: string): string;
}

export function createMailroom(parts: {
  readonly seed: string;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly behaviours: Behaviours;
  readonly suppressions: Suppressions;
  readonly scheduledSends: ScheduledSends;
  readonly activity: Activity;
  readonly webhook: EventWebhook;
  readonly ledger: Ledger;
  /** False: nothing happens to a mail after it was accepted. */
  readonly events: boolean;
}): Mailroom {
  const { seed, clock, scheduler, suppressions, activity, webhook, ledger } = parts;
  const nextMessageId = createMessageIds();
  /** Soft bounces so far of a message to a recipient, so that a retry meets an emptier mailbox. */
  const softBounces = new Map<string, number>();

  function begin(mail: MailRequest, part: AcceptedPart, message: SentMessage): void {
    const start = clock.now();
    const bounceKey = `${message.to}\n${part.subject}\n${part.customArgs['cadenza_message_id'] ?? ''}`;
    const dropReason = mail.bypassLists
      ? null
      : suppressions.dropReason(message.to, mail.asmGroupId);
    const story: readonly StoryEvent[] =
      dropReason === null
        ? tellStory(
            parts.behaviours.of(message.to),
            seededRandom(seed, 'story', message.to, part.subject),
            {
              ...mail,
              html: () => mail.content.find((block) => block.type === 'text/html')?.value ?? '',
              listUnsubscribe: headerOf(part, 'list-unsubscribe'),
              softBounces: softBounces.get(bounceKey) ?? 0,
            },
          )
        : [{ event: 'dropped', afterMs: 500, fields: { reason: dropReason, status: '5.0.0' } }];
    for (const [nth, event] of story.entries()) {
      const due = start + event.afterMs;
      ledger.plan({
        due,
        event: event.event,
        email: message.to,
        providerMessageId: message.providerMessageId,
      });
      if (event.fields['status'] === '5.2.2') {
        softBounces.set(bounceKey, (softBounces.get(bounceKey) ?? 0) + 1);
      }
      schedule(message, event, nth, due);
    }
  }

  /** A function of its own, so that what waits for days does not hold the mail's content. */
  function schedule(message: SentMessage, event: StoryEvent, nth: number, due: EpochMs): void {
    scheduler.at(due, () => {
      happen(message, event, nth, due);
    });
  }

  function happen(message: SentMessage, event: StoryEvent, nth: number, at: EpochMs): void {
    if (activity.enabled) message.events.push({ event: event.event, at, fields: event.fields });
    suppress(message.to, event, at);
    webhook.send({
      key: `${message.to}\n${message.subject}\n${nth}`,
      body: () => eventBody(message, event, nth, at),
    });
  }

  function suppress(email: string, { event, fields }: StoryEvent, created: EpochMs): void {
    const reason = text(fields['reason']);
    if (event === 'bounce') {
      const list = fields['type'] === 'blocked' ? 'blocks' : 'bounces';
      suppressions.add(list, { email, created, reason, status: text(fields['status']) });
    } else if (event === 'dropped' && reason === 'Invalid') {
      suppressions.add('invalid_emails', { email, created, reason: 'Mail domain is invalid' });
    } else if (event === 'spamreport') {
      suppressions.add('spam_reports', { email, created, ip: '192.0.2.25' });
    } else if (event === 'unsubscribe') {
      suppressions.add('unsubscribes', { email, created });
    } else if (event === 'group_unsubscribe') {
      suppressions.group(Number(fields['asm_group_id'])).add(email);
    }
  }

  return {
    accept(mail, keyEnd) {
      const providerMessageId = nextMessageId();
      const now = clock.now();
      const full = ledger.mode === 'full';
      const contentHash = full ? hashContent(mail) : '';
      ledger.request();
      let ordinal = 0;
      for (const part of mail.parts) {
        const recipients = [part.to, part.cc, part.bcc].map((list) =>
          list.map((party) => normalizeEmail(party.email)),
        );
        const [to = [], cc = [], bcc = []] = recipients;
        ledger.accept({
          at: now,
          providerMessageId,
          keyEnd,
          smtpId: smtpIdOf(providerMessageId),
          personalization: part.index,
          from: normalizeEmail(mail.from.email),
          to,
          cc,
          bcc,
          subject: part.subject,
          headers: part.headers,
          customArgs: part.customArgs,
          categories: mail.categories,
          sendAt: part.sendAt,
          contentHash,
        });
        for (const recipient of recipients.flat()) {
          const message: SentMessage = {
            sgMessageId: `${providerMessageId}.recvd-5f54b5d587-x7kpz-1-${Math.floor(now / 1_000)
              .toString(16)
              .toUpperCase()}-${ordinal++}.0`,
            providerMessageId,
            to: recipient,
            from: normalizeEmail(mail.from.email),
            subject: part.subject,
            customArgs: part.customArgs,
            categories: mail.categories,
            asmGroupId: mail.asmGroupId,
            acceptedAt: now,
            events: [],
          };
          activity.add(message);
          if (!parts.events) continue;
          const start = (): void => {
            begin(mail, part, message);
          };
          if (part.sendAt === null) {
            start();
          } else {
            scheduler.at(part.sendAt, () => {
              parts.scheduledSends.begin(mail.batchId, start);
            });
          }
        }
      }
      return providerMessageId;
    },
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function hashContent(mail: MailRequest): string {
  return hash('sha256', mail.content.map(({ type, value }) => `${type}\n${value}`).join('\n'));
}

function headerOf({ headers }: AcceptedPart, name: string): string {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1] ?? '';
}
