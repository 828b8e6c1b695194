/**
 * What a tenant can be told of, by webhook or by its stream. The names are those that stand in the
 * feed: `message.` goes before the type of an event, or the status that a hand-off came to.
 */
export const FEED_EVENT_TYPES = [
  'message.sent',
  'message.failed',
  'message.unknown',
  'message.deferred',
  'message.delivered',
  'message.bounced',
  'message.blocked',
  'message.dropped',
  'message.opened',
  'message.clicked',
  'message.replied',
  'message.spamreport',
  'message.unsubscribed',
  'message.resubscribed',
  'enrollment.started',
  'enrollment.ended',
  'enrollment.reopened',
  'campaign.created',
  'campaign.changed',
  'campaign.progress',
  'sender.changed',
  'limit.changed',
  'tenant.changed',
] as const;
export type FeedEventType = (typeof FEED_EVENT_TYPES)[number];
