import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';

export const BLIND_PEOPLE_4: readonly Fixture[] = [
  {
    name: '029',
    language: 'nl',
    system: 'blind',
    type: 'human',
    at: '2026-08-25T07:41:42Z',
    raw: mail({
      from: 'Bas Tuinman <b.tuinman@gemeente-oostland.example>',
      subject: 'RE: planning buitendienst',
      date: 'Tue, 25 Aug 2026 09:41:06 +0200',
      headers: [...ANSWERS],
      text: `Geachte mevrouw De Boer,

Terug van vakantie vind ik drie mails van u. Volhardend bent u wel! 😄

Twee vragen: kan een storingsmelding automatisch worden afgemeld als de monteur klaar is, en wat gebeurt er met een afspraak die de bewoner annuleert? Nu krijgen bewoners dan geen bericht meer, en daar regent het klachten over.

Ik ben tot en met donderdag bereikbaar, vrijdags werk ik niet.

Met vriendelijke groet,
Bas Tuinman
`,
      encoding: 'base64',
    }),
  },
  {
    name: '030',
    language: 'nl',
    system: 'blind',
    type: 'human',
    at: '2026-03-05T11:00:55Z',
    raw: mail({
      from: 'Lotte Smeets <lotte@smeetsgroen.example>',
      subject: 'Re: Re: Offerte',
      date: 'Thu, 5 Mar 2026 12:00:41 +0100',
      headers: [...ANSWERS],
      text: `Sanne,

Akkoord met de offerte, mits je het onderdeel "ritregistratie" eruit haalt. De bevestigingsmail kwam trouwens retour als "onbestelbaar", vermoedelijk omdat mijn mailbox vol zat. Stuur hem nog een keer?

Lotte
`,
    }),
  },
];
