export type Language = 'en' | 'de' | 'fr' | 'es' | 'it' | 'pt' | 'nl';

const COMMON: Readonly<Record<Language, string>> = {
  en: 'the and you for will with your please from out this have until back am is my be not to of',
  de: 'ich und der die das ist nicht sie mit bin bis wieder im zum auf ihre von bitte zu ein',
  fr: 'je vous le les et est pas pour dans votre suis en jusqu au du de merci une nous mon',
  es: 'el los y es no para por su con estoy hasta en del gracias una mi que la estare usted',
  it: 'il e non per sono con fino di al della gli che la grazie una mio saro mi dal ufficio',
  pt: 'o os e nao para por com estou ate em do da obrigado uma meu que estarei de no ao sua',
  nl: 'ik en de het een van is niet met ben tot weer op voor uw naar te zijn wij je dank bericht',
};

const SETS = (Object.entries(COMMON) as [Language, string][]).map(
  ([language, words]) => [language, new Set(words.split(' '))] as const,
);

/** Enough to tell by, however long the text. */
const MAX_WORDS = 600;

/** The language in which most of a folded text is written; English where nothing tells. */
export function languageOf(folded: string): Language {
  const words =
    folded
      .slice(0, 8_000)
      .match(/[a-z]+/g)
      ?.slice(0, MAX_WORDS) ?? [];
  let best: Language = 'en';
  let most = 0;
  for (const [language, common] of SETS) {
    const count = words.filter((word) => common.has(word)).length;
    if (count > most) [best, most] = [language, count];
  }
  return best;
}
