import type { InboundMail } from '../mail.ts';
import { classifyInbound } from './classify.ts';
import {
  INBOUND_SIGNS,
  type ClassifyContext,
  type InboundClass,
  type InboundClassifier,
} from './inbound-class.ts';

/** From here on the rules' word is final. */
const SURE = 0.9;

/** What a classifier may decide: bounces and complaints are what reports say, and nothing else. */
const OPEN = ['human', 'out_of_office', 'auto_reply', 'opt_out', 'forwarded'];

/**
 * What a mail is, by rules where they are sure, else by the classifier. Where that fails, or answers
 * something that is not to be decided by it or has not the form of an answer, the rules decide.
 *
 * @param sure confidence of the rules from which the classifier is not asked, 0 to 1.
 */
export async function classifyWith(
  classifier: InboundClassifier,
  mail: InboundMail,
  context: ClassifyContext,
  sure = SURE,
): Promise<InboundClass> {
  const byRules = classifyInbound(mail, context);
  if (byRules.confidence >= sure || !OPEN.includes(byRules.type)) return byRules;
  try {
    const answer: unknown = await classifier.classify(mail, context);
    if (!isAnswer(answer)) return byRules;
    const signs = answer.signs.filter((sign) => INBOUND_SIGNS.includes(sign));
    return { ...answer, signs: [...signs, 'classifier'] };
  } catch {
    return byRules;
  }
}

function isAnswer(value: unknown): value is InboundClass {
  if (typeof value !== 'object' || value === null) return false;
  const { type, confidence, signs, ...rest } = value as Readonly<Record<string, unknown>>;
  if (typeof type !== 'string' || !OPEN.includes(type) || !Array.isArray(signs)) return false;
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) return false;
  if (type === 'out_of_office') return rest.returnDate === null || isDate(rest.returnDate);
  if (type === 'auto_reply') return typeof rest.reason === 'string';
  return type !== 'opt_out' || rest.via === 'words' || rest.via === 'address';
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
}
