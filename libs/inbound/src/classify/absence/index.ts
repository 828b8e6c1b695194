import { DUTCH } from './dutch.ts';
import { ENGLISH } from './english.ts';
import { FRENCH } from './french.ts';
import { GERMAN } from './german.ts';
import { ITALIAN } from './italian.ts';
import { PORTUGUESE } from './portuguese.ts';
import { SPANISH } from './spanish.ts';

const LANGUAGES = [ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH];

export const ABSENCES = LANGUAGES.map(({ says }) => says);
export const ABSENCE_HINTS = LANGUAGES.map(({ hints }) => hints);
export const ASIDES = LANGUAGES.map(({ asides }) => asides);
export const COURTESIES = LANGUAGES.map(({ courtesies }) => courtesies);
export const ANSWERS = LANGUAGES.map(({ answers }) => answers);
export const TEMPLATES = LANGUAGES.flatMap(({ templates }) => templates);

/** Subjects that responders put before, or instead of, that of the mail they answer. */
const AUTO_SUBJECT =
  /^\[?(?:auto(?:matic|mated|matically generated)?[- ]?(?:reply|response|answer|responder)\b|auto-?reply|out-of-office auto-?reply|automatische[rn]? (?:e-?mail-?)?(?:antwort|ruckantwort|ruckmeldung|abwesenheit[a-z]*|nachricht)|auto-?antwort|autom\. antwort|(?:message |reponse )automatique|repondeur automatique|(?:auto-?)?respuesta automatica|auto-?r?respuesta|(?:contestador|mensaje) automatico|(?:risposta|messaggio) automatic[ao]|risponditore automatico|(?:resposta|mensagem) automatica|auto-?resposta|automatisch (?:antwoord|bericht)|(?:automatische )?(?:afwezigheidsmelding|afwezigheidsbericht)|auto-?antwoord)(?=$|\]? ?[-:|(/]|\]| (?:re|to|from|an|auf|auf ihre|zu|von|a|au|de|du|per|para|op|van|aan)\b)/;

export const isAutoSubject = (subject: string): boolean =>
  AUTO_SUBJECT.test(subject) || isReceiptSubject(subject);

/** Says that a mail has arrived. */
const RECEIPT_SUBJECT =
  /^(?:acknowledge?ment of receipt|(?:automatische )?eingangsbestatigung|empfangsbestatigung|accuse de (?:bonne )?reception|acuse de recibo|conferma di (?:ricezione|ricevimento)|aviso de (?:rececao|recebimento)|(?:automatische )?ontvangstbevestiging)\b/;

export const isReceiptSubject = (subject: string): boolean => RECEIPT_SUBJECT.test(subject);

/** `Kim Doe is out of the office`, as Notes writes it. */
const NAMED =
  /^[^:]{2,60} (?:is|ist|est|esta|e) (?:currently |derzeit |actuellement |momenteel )?(?:out of (?:the )?office|on (?:leave|vacation|holiday)|away|ausser haus|abwesend|nicht im buro|im urlaub|absente?|en conges?|hors du bureau|fuera de la oficina|ausente|de vacaciones|fuori ufficio|assente|in ferie|fora do escritorio|de ferias|afwezig|niet op kantoor|met vakantie|op vakantie)/;
const PREFIX =
  /^(?:(?:auto(?:matic)?|re|aw|antw|r|rif|res|sv) ?: ?|auto(?:matic)? |\[[a-z -]{1,20}\] ?)+/;

export function isAbsenceSubject(subject: string): boolean {
  const bare = subject.replace(PREFIX, '').replace(/^\[/, '');
  return NAMED.test(subject) || LANGUAGES.some((one) => one.subject.exec(bare)?.index === 0);
}
