export { checkedLookup, ForbiddenAddressError, type Resolve } from './checked-lookup.ts';
export { hostAddresses, type HostAddressesOptions } from './host-addresses.ts';
export { isPublicAddress } from './public-address.ts';
export { retryAfterMs } from './retry-after.ts';
export { createWebhookSender, type WebhookSenderOptions } from './sender.ts';
export { createWebhookSecret, signatureHeaders } from './signature.ts';
export { webhookUrlProblem, type WebhookTargets } from './target.ts';
