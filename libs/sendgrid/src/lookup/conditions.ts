import type { EpochMs, MessageReference } from '@cadenza/domain';
import { CUSTOM_ARGS } from '../custom-args.ts';

/** A text of the query language: in double quotes, with `\` as its escape. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Email Activity: one of these attempts, and no other attempt of their messages. */
export function anyAttempt(references: readonly MessageReference[]): string {
  return references
    .map(
      ({ messageId, attempt }) =>
        `(unique_args['${CUSTOM_ARGS.messageId}']=${quoted(messageId)} AND ` +
        `unique_args['${CUSTOM_ARGS.attempt}']=${quoted(String(attempt))})`,
    )
    .join(' OR ');
}

/** Email Logs: what was accepted for a recipient from a time on. */
export function acceptedFor(recipient: string, since: EpochMs): string {
  const from = `${new Date(since).toISOString().slice(0, 19)}Z`;
  return `to_email=${quoted(recipient)} AND sg_message_id_created_at >= TIMESTAMP "${from}"`;
}
