import { expect, test } from 'vitest';
import { smsKeywordOf } from './keyword.ts';

test.each([
  ...['STOP', 'stop', ' Stop. ', '"STOP"', 'STOPALL', 'Stop All', 'UNSUBSCRIBE', 'cancel', 'END'],
  ...['quit!', 'Abmelden', 'KÜNDIGEN', 'Arrêt', 'ARRETER', 'désabonner', 'Baja', 'Annulla', 'sair'],
  'ＳＴＯＰ',
  'st\u200bop'.replace('\u200b', ''),
])('%j says stop', (text) => {
  expect(smsKeywordOf(text)).toBe('stop');
});

test.each(['START', 'unstop', 'Yes', 'Reprendre', 'alta', 'Começar'])('%j says start', (text) => {
  expect(smsKeywordOf(text)).toBe('start');
});

test.each(['HELP', 'info?', 'Hilfe', 'aide', 'Ayuda', 'AIUTO', 'ajuda'])('%j asks', (text) => {
  expect(smsKeywordOf(text)).toBe('help');
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
  expect(smsKeywordOf(text)).toBeNull();
});
