import type { SmsKeyword, SmsLanguage, SmsWord } from '@cadenza/domain';
import type { AnsweringSender } from '../ports/sms-answers.ts';

/** What an answer says, but for the sender's name, which comes before it. */
interface Words {
  /** Where help is, if anybody has said. */
  readonly helpAt: (contact: string) => string;
  readonly help: string;
  readonly stop: string;
  readonly start: string;
  /** Between the name and what follows. */
  readonly colon: string;
}

/**
 * What carriers ask for (CTIA Short Code Monitoring Handbook, A.4 and A.5): of help the programme's
 * name, where to turn to, that it may cost, and how to end it; of stop its name and that nothing more
 * comes, without advertising (47 CFR 64.1200(a)(12)). In characters of the GSM alphabet alone, since
 * one other would double the price.
 */
const WORDS: Readonly<Record<SmsLanguage, Words>> = {
  en: {
    colon: ': ',
    helpAt: (contact) => `For help contact ${contact}. `,
    help: 'Message and data rates may apply. Reply STOP to end.',
    stop: 'You are unsubscribed and will get no more text messages. Reply START to get them again.',
    start: 'You will get text messages again. Reply HELP for help, STOP to end.',
  },
  de: {
    colon: ': ',
    helpAt: (contact) => `Hilfe erhalten Sie unter ${contact}. `,
    help: 'Es können Gebühren anfallen. Antworten Sie STOP, um keine SMS mehr zu erhalten.',
    stop: 'Sie sind abgemeldet und erhalten keine SMS mehr. Antworten Sie START, um sie wieder zu erhalten.',
    start: 'Sie erhalten wieder SMS. Antworten Sie HILFE für Hilfe, STOP zum Abmelden.',
  },
  fr: {
    colon: ' : ',
    helpAt: (contact) => `Pour toute aide : ${contact}. `,
    help: "Des frais peuvent s'appliquer. Répondez STOP pour ne plus recevoir de SMS.",
    stop: 'Désinscription faite, vous ne recevrez plus de SMS. Répondez START pour les recevoir de nouveau.',
    start:
      "Vous recevrez de nouveau des SMS. Répondez AIDE pour obtenir de l'aide, STOP pour finir.",
  },
  es: {
    colon: ': ',
    helpAt: (contact) => `Para recibir ayuda: ${contact}. `,
    help: 'Pueden aplicarse tarifas. Responda STOP para no recibir SMS.',
    stop: 'Baja confirmada, ya no le enviamos SMS. Responda START para volver a recibirlos.',
    start: 'De nuevo le enviamos SMS. Responda AYUDA para recibir ayuda, STOP para darse de baja.',
  },
  it: {
    colon: ': ',
    helpAt: (contact) => `Per assistenza: ${contact}. `,
    help: 'Possono applicarsi tariffe. Rispondi STOP per non ricevere altri SMS.',
    stop: 'Disiscrizione confermata, non riceverai altri SMS. Rispondi START per riceverli di nuovo.',
    start: 'Riceverai di nuovo SMS. Rispondi AIUTO per assistenza, STOP per terminare.',
  },
  pt: {
    colon: ': ',
    helpAt: (contact) => `Para ajuda: ${contact}. `,
    help: 'Podem aplicar-se tarifas. Responda STOP para deixar de receber SMS.',
    stop: 'Cancelamento confirmado, deixamos de enviar SMS. Responda START para voltar a receber.',
    start: 'Voltamos a enviar SMS. Responda AJUDA para ajuda, STOP para cancelar.',
  },
};

/** What is answered to a word: the sender's own text, else ours in the language of the word. */
export function answerText({ keyword, language }: SmsWord, sender: AnsweringSender): string {
  return sender.answers[keyword] ?? defaultText(keyword, WORDS[language], sender);
}

function defaultText(
  keyword: SmsKeyword,
  words: Words,
  { name, helpContact }: AnsweringSender,
): string {
  const help = keyword === 'help' && helpContact !== null ? words.helpAt(helpContact) : '';
  return `${name}${words.colon}${help}${words[keyword]}`;
}
