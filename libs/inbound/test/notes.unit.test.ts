import { describe, expect, it } from 'vitest';
import { classifyInbound, parseMime, type InboundClassType } from '../src/index.ts';
import { NOW, type Language } from './corpus/fixture.ts';
import { ANSWERS, mail } from './corpus/mime.ts';
import { GMAIL_LINE, OURS, quote } from './corpus/quotes.ts';
import { PERSON } from './corpus/written.ts';
import { MORE_NOTES } from './notes/more-notes.ts';
import { NOTES } from './notes/notes.ts';

const LANGUAGES = Object.keys(NOTES) as Language[];

/** The class of an answer with an ordinary subject and no header of a machine. */
async function classOf(text: string): Promise<InboundClassType> {
  const raw = mail({ from: PERSON, subject: 'Re: A shorter close', headers: ANSWERS, text });
  return classifyInbound(await parseMime(Buffer.from(raw, 'latin1')), { now: NOW }).type;
}

describe.each(LANGUAGES)('answers without a machine’s headers, %s', (language) => {
  const quoted = `\n\n${GMAIL_LINE[language]}\n${quote(OURS[language])}\n`;

  it.each(NOTES[language].absences)('notes an absence: %s', async (text) => {
    expect(await classOf(text)).toBe('out_of_office');
    expect(await classOf(text + quoted)).toBe('out_of_office');
  });

  it.each(NOTES[language].answers)('keeps a person’s: %s', async (text) => {
    expect(await classOf(text)).toBe('human');
    expect(await classOf(text + quoted)).toBe('human');
  });
});

describe('answers without a machine’s headers, more of them', () => {
  it.each(MORE_NOTES.absences)('notes an absence: %s', async (text) => {
    expect(await classOf(text)).toBe('out_of_office');
  });

  it.each(MORE_NOTES.answers)('keeps a person’s: %s', async (text) => {
    expect(await classOf(text)).toBe('human');
  });
});
