import { expect, test } from 'vitest';
import { smsWordOf } from './keyword.ts';

test.each([
  ...['STOP', 'stop', ' Stop. ', '"STOP"', 'STOPALL', 'Stop All', 'UNSUBSCRIBE', 'cancel', 'END'],
  ...[
    'quit!',
    'Abmelden',
    'KÜNDIGEN',
    'Arrêt',
    'ARRETER',
    'désabonner',
    'Baja',
    'revoke',
    'Annulla',
    'sair',
  ],
  'ＳＴＯＰ',
  'st\u200bop'.replace('\u200b', ''),
])('%j says stop', (text) => {
  expect(smsWordOf(text)?.keyword).toBe('stop');
});

test.each(['START', 'unstop', 'Yes', 'Reprendre', 'alta', 'Começar'])('%j says start', (text) => {
  expect(smsWordOf(text)?.keyword).toBe('start');
});

test.each(['HELP', 'info?', 'Hilfe', 'aide', 'Ayuda', 'AIUTO', 'ajuda'])('%j asks', (text) => {
  expect(smsWordOf(text)?.keyword).toBe('help');
});

test.each([
  ['Stop', 'en'],
  ['Abmelden', 'de'],
  ['Aide', 'fr'],
  ['Ayuda', 'es'],
  ['Riprendi', 'it'],
  ['ajuda', 'pt'],
])('%j is of the language %s', (text, language) => {
  expect(smsWordOf(text)?.language).toBe(language);
});

test.each([
  'Please stop by on Monday',
  'stop it',
  'I need help with this',
  'non-stop',
  'bus stop',
  'the end',
  '',
  '👍',
  'STOP '.repeat(20),
])('%j is a text like any other', (text) => {
  expect(smsWordOf(text)).toBeNull();
});
