import type { EpochMs } from '@cadenza/domain';
import type { SentMessage } from './activity.ts';
import type { StoryEvent } from './behaviour/story.ts';
import { smtpIdOf } from './message-ids.ts';

/**
 * An event as the webhook carries it: custom arguments flattened at the top level, where SendGrid's
 * own names overwrite them (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event).
 *
 * @param nth which event of the message it is, from 0.
 */
export function eventBody(
  message: SentMessage,
  story: StoryEvent,
  nth: number,
  at: EpochMs,
): Readonly<Record<string, unknown>> {
  const id = Buffer.from(`${story.event}-${message.sgMessageId}-${nth}`).toString('base64url');
  const own = {
    email: message.to,
    timestamp: Math.floor(at / 1_000),
    event: story.event,
    sg_event_id: id,
    ...story.fields,
  };
  if (story.anonymous === true) return own;
  return {
    ...message.customArgs,
    ...own,
    'smtp-id': smtpIdOf(message.providerMessageId),
    sg_message_id: message.sgMessageId,
    ...(message.categories.length > 0 && { category: message.categories }),
    ...(message.asmGroupId !== null && { asm_group_id: message.asmGroupId }),
  };
}
