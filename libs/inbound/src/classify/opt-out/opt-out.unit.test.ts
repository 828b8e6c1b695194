import { describe, expect, it } from 'vitest';
import { DUTCH } from '../../../test/sentences/dutch.ts';
import { ENGLISH } from '../../../test/sentences/english.ts';
import { FRENCH } from '../../../test/sentences/french.ts';
import { GERMAN } from '../../../test/sentences/german.ts';
import { ITALIAN } from '../../../test/sentences/italian.ts';
import { MORE_OBJECTS } from '../../../test/sentences/more-objects.ts';
import { OBJECTS } from '../../../test/sentences/objects.ts';
import { PORTUGUESE } from '../../../test/sentences/portuguese.ts';
import { SPANISH } from '../../../test/sentences/spanish.ts';
import { asksForNoMore, isWholeOptOut } from './index.ts';
import { phrases } from './phrases.ts';

const LANGUAGES = [
  ENGLISH,
  FRENCH,
  GERMAN,
  ITALIAN,
  PORTUGUESE,
  SPANISH,
  DUTCH,
  OBJECTS,
  MORE_OBJECTS,
];

describe('asksForNoMore', () => {
  it.each(LANGUAGES.flatMap(({ optOuts }) => optOuts))('hears it in: %s', (text) => {
    expect(asksForNoMore(text)).toBe(true);
  });

  it.each(LANGUAGES.flatMap(({ others }) => others))('does not hear it in: %s', (text) => {
    expect(asksForNoMore(text)).toBe(false);
  });

  it('reads sentences that a program broke into lines', () => {
    const text =
      'We had a look at it and it is nothing for us, so please do\nremove me from your list.';
    expect(asksForNoMore(text)).toBe(true);
  });

  it('leaves out lines with links, which are footers', () => {
    expect(asksForNoMore('Good.\n\nUnsubscribe me: https://example.com/u')).toBe(false);
  });
});

describe('isWholeOptOut', () => {
  it.each(['Re: UNSUBSCRIBE', 'unsuscribe please', 'AW: Abmeldung', 'Baja, por favor'])(
    'takes %s for one',
    (subject) => {
      expect(isWholeOptOut(subject)).toBe(true);
    },
  );

  it('takes no longer subject for one', () => {
    expect(isWholeOptOut('Unsubscribe rates of 2026')).toBe(false);
  });
});

describe('phrases', () => {
  it('names words that it does not have', () => {
    expect(() => phrases({ stop: 'stop' })('<stop> <send>')).toThrow(
      'phrase names "<send>", which has no words',
    );
  });
});
