import { human, optOut } from '../cases.ts';
import type { Fixture } from '../fixture.ts';

export const DUTCH_PEOPLE: readonly Fixture[] = [
  human('belangstelling', 'nl', 'gmail', 'Dag Ann,\n\nklinkt goed. Donderdag om tien uur?\n\nKim'),
  human('geen behoefte', 'nl', 'outlook', 'Nee, dank je. Wij zijn voorzien.'),
  human('doorverwezen', 'nl', 'apple', 'Hier gaat mijn collega Jo over: jo@example.org.'),
  human(
    'was met vakantie',
    'nl',
    'thunderbird',
    'Sorry voor het late antwoord, ik was met vakantie. Wat kost het per gebruiker?',
  ),
  human(
    'volgende week weg',
    'nl',
    'yahoo',
    'Volgende week ben ik niet op kantoor, maar de week erna schikt prima. Stuur maar een uitnodiging.',
  ),
  human(
    'baas weg',
    'nl',
    'outlookHtml',
    'Mijn baas is met vakantie tot 7 december, ik leg het hem daarna voor.',
  ),
  human(
    'van de lijst',
    'nl',
    'gmail',
    'Haal de locatie Breda maar van de lijst, die is dicht. De rest klopt.',
  ),
  human(
    'afmelden in het product',
    'nl',
    'apple',
    'Kunnen onze monteurs zich in jullie app ziek melden en weer afmelden?',
  ),
  human(
    'geen bericht meer',
    'nl',
    'outlook',
    'Ik heb sinds maandag geen mail meer van je gehad. Is de offerte er al?',
  ),
  human(
    'niet voor januari',
    'nl',
    'thunderbird',
    'Mail me niet voor januari, dan pas hebben we weer budget.',
  ),
  optOut('afmelden', 'nl', 'gmail', 'Graag afmelden, dank.'),
  optOut('stop', 'nl', 'apple', 'STOP\n\nVerstuurd vanaf mijn iPhone'),
  optOut(
    'bestand',
    'nl',
    'outlook',
    'Geachte mevrouw,\n\ngelieve onze gegevens uit uw bestand te verwijderen.\n\nMet vriendelijke groet,\nKim Doe',
  ),
  optOut('AVG', 'nl', 'outlookHtml', 'Onder verwijzing naar de AVG: wis al mijn gegevens.'),
  optOut(
    'boos',
    'nl',
    'yahoo',
    'Dit is de vierde keer. Hou nou eens op met die mails, ik heb nergens om gevraagd.',
  ),
  optOut(
    'vriendelijk',
    'nl',
    'thunderbird',
    'Hoi Ann, mooi product, maar niets voor ons. Zou je ons van de mailinglijst willen halen? Succes verder!',
  ),
  optOut('niet meer', 'nl', 'gmail', 'Wij willen niet meer benaderd worden.'),
];
