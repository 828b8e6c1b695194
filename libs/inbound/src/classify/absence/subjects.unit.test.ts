import { describe, expect, it } from 'vitest';
import { NOW } from '../../../test/corpus/fixture.ts';
import { mail } from '../../../test/corpus/mime.ts';
import { PERSON } from '../../../test/corpus/written.ts';
import { parseMime } from '../../parse/parse-mime.ts';
import { classifyInbound } from '../classify.ts';
import { isAbsenceSubject, isAutoSubject } from './index.ts';

describe('subjects', () => {
  it.each([
    'automatic reply: a shorter close',
    'automatic reply',
    '[auto-reply] a shorter close',
    'auto reply re: a shorter close',
    'automatische antwort auf ihre nachricht',
    'reponse automatique : a shorter close',
    'respuesta automatica',
    'risposta automatica (a shorter close)',
    'automatisch antwoord: a shorter close',
    'ontvangstbevestiging melding 4711',
    'eingangsbestatigung',
  ])('take for a responder’s: %s', (subject) => {
    expect(isAutoSubject(subject)).toBe(true);
  });

  it.each([
    'automatic reply rules - your demo',
    'auto reply feature',
    'automatische antworten in ihrem produkt',
    'reponse automatique trop longue',
    'respuesta automatica en el portal',
    'automatisch antwoorden op storingen',
  ])('take for a person’s: %s', (subject) => {
    expect(isAutoSubject(subject)).toBe(false);
  });

  it.each(['estamos de vacaciones', 'chiusura estiva', 'afwezig', 're: ik ben met vakantie'])(
    'take for an absence: %s',
    (subject) => {
      expect(isAbsenceSubject(subject)).toBe(true);
    },
  );

  it('keep what a person asks below words of a responder', async () => {
    const raw = mail({
      from: PERSON,
      subject: 'Automatic reply: can your tool send one?',
      text: 'Ann, can we set an automatic reply for each carrier? Then I am interested.',
    });
    const answer = classifyInbound(await parseMime(Buffer.from(raw, 'latin1')), { now: NOW });
    expect(answer.type).toBe('human');
  });
});
