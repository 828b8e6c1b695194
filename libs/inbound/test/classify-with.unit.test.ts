import { describe, expect, it } from 'vitest';
import { classifyWith, parseMime, type InboundClass } from '../src/index.ts';
import { NOW } from './corpus/fixture.ts';
import { responder } from './corpus/responder.ts';
import { dsn } from './corpus/server-reports.ts';

const unsure = () => parseMime(Buffer.from('From: a@example.org\r\nSubject: x\r\n\r\nhm'));
const context = { now: NOW };

function answering(answer: () => unknown) {
  let asked = 0;
  return {
    asked: () => asked,
    classifier: {
      classify: async () => {
        asked += 1;
        return answer() as InboundClass;
      },
    },
  };
}

describe('classifyWith', () => {
  it('asks where the rules are not sure, and says that it did', async () => {
    const { classifier } = answering(() => ({
      type: 'opt_out',
      via: 'words',
      confidence: 0.8,
      signs: ['opt_out_text', 'made up'],
    }));
    expect(await classifyWith(classifier, await unsure(), context)).toEqual({
      type: 'opt_out',
      via: 'words',
      confidence: 0.8,
      signs: ['opt_out_text', 'classifier'],
    });
  });

  it.each([
    ['reports', dsn({ subject: 'x', human: 'x', perRecipient: ['Action: failed\nStatus: 5.1.1'] })],
    ['what is plain', responder.exchange({ language: 'en', text: 'I am out of the office.' })],
  ])('does not ask about %s', async (_, raw) => {
    const { classifier, asked } = answering(() => null);
    await classifyWith(classifier, await parseMime(Buffer.from(raw)), context);
    expect(asked()).toBe(0);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no model'))],
    ['says nothing', () => null],
    ['says something else', () => ({ type: 'spam', confidence: 1, signs: [] })],
    ['is surer than sure', () => ({ type: 'human', confidence: 2, signs: [] })],
    ['says a bounce', () => ({ type: 'bounce', recipients: [], confidence: 1, signs: [] })],
    [
      'says no date',
      () => ({ type: 'out_of_office', returnDate: 'soon', confidence: 1, signs: [] }),
    ],
  ])('leaves it to the rules where the classifier %s', async (_, answer) => {
    const { classifier, asked } = answering(answer);
    expect(await classifyWith(classifier, await unsure(), context)).toMatchObject({
      type: 'human',
      signs: ['own_words'],
    });
    expect(asked()).toBe(1);
  });
});
