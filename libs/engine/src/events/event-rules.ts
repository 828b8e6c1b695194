import type { MessageStatus, ProviderEvent, SuppressionReason } from '@cadenza/domain';
import type { ReactionType } from '@cadenza/plan';

/** What an event says about its message's status, or null where it says nothing. */
export function statusOf(event: ProviderEvent): MessageStatus | null {
  switch (event.type) {
    case 'processed':
      return 'sent';
    // Whether another attempt follows is for the plan to say.
    case 'bounced':
      return event.bounceKind === 'soft' ? 'retrying' : 'bounced';
    case 'deferred':
    case 'blocked':
    case 'dropped':
      return event.type;
    // Whoever opens, clicks, answers, complains or unsubscribes has received the message.
    case 'delivered':
    case 'opened':
    case 'clicked':
    case 'spamreport':
    case 'unsubscribed':
    case 'replied':
      return 'delivered';
    case 'resubscribed':
    case 'account_status_change':
    case 'other':
      return null;
  }
}

/** The input that an event is to its enrollment, or null where plans do not speak of it. */
export function reactionOf(event: ProviderEvent): ReactionType | null {
  switch (event.type) {
    case 'delivered':
    case 'opened':
    case 'clicked':
    case 'bounced':
    case 'blocked':
    case 'dropped':
    case 'spamreport':
    case 'unsubscribed':
    case 'replied':
      return event.type;
    case 'processed':
    case 'deferred':
    case 'resubscribed':
    case 'account_status_change':
    case 'other':
      return null;
  }
}

/** Why an event forbids writing to its address again; `blocked` never does. */
export function suppressionOf(event: ProviderEvent): SuppressionReason | null {
  switch (event.type) {
    case 'unsubscribed':
    case 'spamreport':
      return event.type;
    case 'bounced':
      if (event.bounceKind !== 'hard') return null;
      return event.bounceClassification?.toLowerCase() === 'invalid address'
        ? 'invalid_address'
        : 'hard_bounce';
    case 'processed':
    case 'deferred':
    case 'delivered':
    case 'blocked':
    case 'dropped':
    case 'opened':
    case 'clicked':
    case 'replied':
    case 'resubscribed':
    case 'account_status_change':
    case 'other':
      return null;
  }
}
