import { SMS_KEYWORDS, SMS_LANGUAGES, smsLength } from '@cadenza/domain';
import { smsWordOf } from '@cadenza/inbound';
import { describe, expect, test } from 'vitest';
import { answerText } from './answer-text.ts';

const ADA = { name: 'Acme News', helpContact: '+1 202 555 0100', answers: {} };

describe.each(SMS_LANGUAGES)('in %s', (language) => {
  test.each(SMS_KEYWORDS)(
    '%s is answered by name, in two segments of the GSM alphabet',
    (keyword) => {
      const text = answerText({ keyword, language }, ADA);
      expect(text.startsWith(ADA.name)).toBe(true);
      const { encoding, segments } = smsLength(text);
      expect(encoding).toBe('gsm7');
      expect(segments).toBeLessThanOrEqual(2);
      // Whatever answers it by itself does not make us answer again.
      expect(smsWordOf(text)).toBeNull();
    },
  );

  test('help says where help is and how to stop, and the others name the words that are known', () => {
    const help = answerText({ keyword: 'help', language }, ADA);
    expect(help).toContain(ADA.helpContact);
    expect(help).toContain('STOP');
    expect(answerText({ keyword: 'stop', language }, ADA)).toContain('START');
    const [word = ''] =
      /\b(?:HELP|HILFE|AIDE|AYUDA|AIUTO|AJUDA)\b/.exec(
        answerText({ keyword: 'start', language }, ADA),
      ) ?? [];
    expect(smsWordOf(word)).toEqual({ keyword: 'help', language });
  });
});

test('without anybody to turn to, help says the rest', () => {
  const text = answerText({ keyword: 'help', language: 'en' }, { ...ADA, helpContact: null });
  expect(text).toBe('Acme News: Message and data rates may apply. Reply STOP to end.');
});

test('a sender’s own text stands as it is, in every language', () => {
  const own = { ...ADA, answers: { stop: 'Bye.' } };
  expect(answerText({ keyword: 'stop', language: 'fr' }, own)).toBe('Bye.');
  expect(answerText({ keyword: 'help', language: 'en' }, own)).toContain(ADA.helpContact);
});
