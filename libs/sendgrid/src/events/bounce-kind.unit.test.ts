import { describe, expect, test } from 'vitest';
import { bounceKind, findReplyCode, findStatusCode } from './bounce-kind.ts';

describe('bounceKind', () => {
  test.each([
    // the classification decides
    ['Invalid Address', '5.1.1', null, 'hard'],
    ['Invalid Address', '4.2.2', null, 'hard'],
    ['invalid address', null, null, 'hard'],
    ['Technical', '5.1.1', null, 'soft'],
    ['Technical Failure', '5.4.4', null, 'soft'],
    ['Reputation', '5.0.0', null, 'refused'],
    ['Content', '5.0.0', null, 'refused'],
    ['Frequency or Volume Too High', '5.0.0', null, 'soft'],
    // it leaves the decision to the codes
    ['Mailbox Unavailable', '5.1.1', null, 'hard'],
    ['Mailbox Unavailable', '5.2.1', null, 'hard'],
    ['Mailbox Unavailable', '5.2.2', null, 'soft'],
    ['Mailbox Unavailable', '4.2.2', null, 'soft'],
    ['Unclassified', '5.0.0', null, 'hard'],
    ['Something New', '5.1.1', null, 'hard'],
    ['constructor', '5.1.1', null, 'hard'],
    // the enhanced status code decides
    [null, '5.1.1', null, 'hard'],
    [null, '5.1.10', null, 'hard'],
    [null, '5.1.7', null, 'refused'],
    [null, '5.1.8', null, 'refused'],
    [null, '5.2.3', null, 'refused'],
    [null, '5.3.4', null, 'refused'],
    [null, '5.3.2', null, 'soft'],
    [null, '5.4.1', null, 'hard'],
    [null, '5.4.7', null, 'soft'],
    [null, '5.5.2', null, 'soft'],
    [null, '5.6.0', null, 'refused'],
    [null, '5.7.1', null, 'refused'],
    [null, '4.7.0', 550, 'soft'],
    [null, '5.1.1', 450, 'hard'],
    // the reply code decides
    [null, null, 550, 'hard'],
    [null, null, 551, 'hard'],
    [null, null, 553, 'hard'],
    [null, null, 552, 'soft'],
    [null, null, 554, 'soft'],
    [null, null, 450, 'soft'],
    // no evidence
    [null, null, null, 'soft'],
  ] as const)('%s, %s, %s: %s', (classification, statusCode, replyCode, expected) => {
    expect(bounceKind({ classification, statusCode, replyCode })).toBe(expected);
  });
});

test.each([
  [['5.1.1'], '5.1.1'],
  [['', '550 5.2.2 mailbox full'], '5.2.2'],
  [['550', '550-5.1.10 no such user'], '5.1.10'],
  [['from 5.1.1.7 refused'], null],
  [['relay 15.1.1 refused'], null],
  [[null, 'no code'], null],
])('the status code of %j is %s', (texts, expected) => {
  expect(findStatusCode(...texts)).toBe(expected);
});

test.each([
  [['550'], 550],
  [[null, '552-full'], 552],
  [['5.1.1', '421 try later'], 421],
  [['5500 things', 'at 550'], null],
])('the reply code of %j is %s', (texts, expected) => {
  expect(findReplyCode(...texts)).toBe(expected);
});
