export type { AddressFailure } from './address/signed-address.ts';
export {
  createReplyAddress,
  readReplyAddress,
  type ReplyAddressClaim,
  type ReplyAddressResult,
} from './address/reply-address.ts';
export {
  createUnsubscribeAddress,
  isUnsubscribeAddress,
  readUnsubscribeAddress,
  type UnsubscribeAddressClaim,
  type UnsubscribeAddressResult,
} from './address/unsubscribe-address.ts';
export { classifyInbound } from './classify/classify.ts';
export { classifyWith } from './classify/classify-with.ts';
export {
  INBOUND_SIGNS,
  type AutoReplyMail,
  type AutoReplyReason,
  type BouncedRecipient,
  type BounceMail,
  type ClassifyContext,
  type ComplaintMail,
  type ForwardedMail,
  type HumanMail,
  type InboundClass,
  type InboundClassifier,
  type InboundClassType,
  type InboundSign,
  type OptOutMail,
  type OutOfOfficeMail,
} from './classify/inbound-class.ts';
export { DEFAULT_INBOUND_LIMITS, type InboundLimits } from './limits.ts';
export {
  INBOUND_FLAWS,
  type DeliveryRecipient,
  type DeliveryStatus,
  type EmbeddedOriginal,
  type FeedbackReport,
  type InboundAddress,
  type InboundAttachment,
  type InboundFlaw,
  type InboundHeader,
  type InboundMail,
} from './mail.ts';
export type { InboundEnvelope } from './parse/assemble.ts';
export { inboundFromFields, type InboundFieldValue, type InboundFile } from './parse/fields.ts';
export { parseMime } from './parse/parse-mime.ts';
export { smsWordOf } from './sms/keyword.ts';
export { replyText } from './reply/reply-text.ts';
