import type { Unsubscriber } from '@cadenza/database';
import { maskAddress } from './mask.ts';
import { STYLE } from './style.ts';
import { WORDS, type Language, type Words } from './words.ts';

/** The names and values of the page's own form: a body without them is a mail program's. */
export const FIELDS = {
  choice: 'choice',
  leaveAll: 'leave-all',
  leaveCampaign: 'leave-campaign',
  backToAll: 'back-to-all',
  backToCampaign: 'back-to-campaign',
} as const;
export type Choice = Exclude<(typeof FIELDS)[keyof typeof FIELDS], 'choice'>;

/** The page for who follows a link, as it is, or after what they have done on it. */
export function unsubscribePage(
  language: Language,
  person: Unsubscriber,
  /** What the visitor has asked for, and has happened; null where they have only looked. */
  done: Choice | null,
): string {
  const words = WORDS[language];
  const { tenantName: sender } = person;
  const came = done === FIELDS.backToAll || done === FIELDS.backToCampaign;
  if (came && done === FIELDS.backToAll && person.suppressed) {
    return page(language, words.left, [status(words.backRefused(sender)), address(words, person)]);
  }
  if (came) {
    const detail = status(words.backDetail(sender));
    return page(language, words.back, [detail, address(words, person), leaveForm(words, person)]);
  }
  // What else keeps mails from them says nothing of their wish, and may end.
  if (person.left) {
    return page(language, words.left, [
      status(words.leftEverything(sender)),
      address(words, person),
      person.suppressedByLink ? backForm(words, FIELDS.backToAll) : '',
    ]);
  }
  if (person.leftCampaign) {
    return page(language, words.left, [
      status(`${words.leftSeries} ${words.more(sender)}`),
      address(words, person),
      form(button(words.leaveEverything, FIELDS.leaveAll)),
      backForm(words, FIELDS.backToCampaign),
    ]);
  }
  // One without any address has been taken out of what ran, and there is nothing more to keep.
  if (done === FIELDS.leaveAll) {
    return page(language, words.left, [status(words.leftEverything(sender))]);
  }
  return page(language, words.ask(sender), [address(words, person), leaveForm(words, person)]);
}

/** Says why a link does nothing. */
export function noticePage(language: Language, notice: 'broken' | 'unknown' | 'trouble'): string {
  const words = WORDS[language];
  return page(language, words[notice], [`<p>${escape(words[`${notice}Detail`])}</p>`]);
}

function leaveForm(words: Words, person: Unsubscriber): string {
  if (!person.campaignKnown) return form(button(words.leave, FIELDS.leaveAll));
  return form(`<fieldset><legend>${escape(words.choose)}</legend>
${radio(words.everything(person.tenantName), FIELDS.leaveAll, true)}
${radio(words.series, FIELDS.leaveCampaign, false)}
</fieldset><button>${escape(words.leave)}</button>`);
}

function backForm(words: Words, choice: Choice): string {
  return form(
    `<p class="quiet">${escape(words.mistake)}</p>${button(words.comeBack, choice)}`,
    'again',
  );
}

function form(content: string, name?: string): string {
  // Without an action it goes to the address that the page has come from, token and all.
  return `<form method="post"${name === undefined ? '' : ` class="${name}"`}>${content}</form>`;
}

function button(label: string, choice: Choice): string {
  return `<button name="${FIELDS.choice}" value="${choice}">${escape(label)}</button>`;
}

function radio(label: string, choice: Choice, checked: boolean): string {
  const mark = checked ? ' checked' : '';
  return `<label><input type="radio" name="${FIELDS.choice}" value="${choice}"${mark}><span>${escape(label)}</span></label>`;
}

function address(words: Words, person: Unsubscriber): string {
  if (person.address === null) return '';
  return `<p class="quiet">${escape(words.address(maskAddress(person.address)))}</p>`;
}

function status(text: string): string {
  return `<p role="status">${escape(text)}</p>`;
}

function page(language: Language, heading: string, content: readonly string[]): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(WORDS[language].title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(heading)}</h1>
${content.filter((part) => part !== '').join('\n')}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
