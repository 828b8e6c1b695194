import { WORDS, type Language } from './words.ts';

/** Ranges of a header beyond these are not looked at: nobody speaks so many. */
const MAX_RANGES = 20;

/**
 * The language that a visitor asks for (`Accept-Language`, RFC 9110 §12.5.4), by the first part of
 * each range; English where there is none of ours.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '')
    .split(',', MAX_RANGES)
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const quality = parameters.find((one) => /^q=/i.test(one))?.slice(2) ?? '1';
      const [name = ''] = tag.toLowerCase().split('-');
      return { name, weight: /^[01](?:\.\d{0,3})?$/.test(quality) ? Number(quality) : 0 };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  return ranges.map(({ name }) => name).find(isLanguage) ?? 'en';
}

function isLanguage(name: string): name is Language {
  return Object.hasOwn(WORDS, name);
}
