export { htmlToPlainText } from './html/plain-text.ts';
export { DEFAULT_LIMITS, type TemplateLimits } from './limits.ts';
export {
  composeMessage,
  type ComposedMail,
  type ComposeInput,
  type ComposeResult,
} from './message/compose.ts';
export {
  messageHeaders,
  type MessageHeadersInput,
  type MessageHeadersResult,
} from './message/headers.ts';
export {
  compileMessage,
  MESSAGE_ROOTS,
  type CompiledMessage,
  type MessageSource,
  type RenderResult,
} from './message/message.ts';
export { compileSms, type CompiledSms, type SmsResult } from './message/sms.ts';
export { replySubject, threadHeaders } from './message/thread.ts';
export {
  campaignOfScope,
  campaignScope,
  createUnsubscribeToken,
  isUnsubscribeUrl,
  UNSUBSCRIBE_PATH,
  unsubscribeUrl,
  verifyUnsubscribeToken,
  type TokenResult,
  type UnsubscribeClaim,
} from './message/unsubscribe-token.ts';
export type { OwnLink } from './template/expressions.ts';
export {
  compileTemplate,
  templateVariables,
  type CompiledTemplate,
  type TemplateKind,
  type TemplateOptions,
  type TemplateResult,
} from './template/template.ts';
