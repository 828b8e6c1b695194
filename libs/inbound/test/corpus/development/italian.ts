import type { Fixture } from '../fixture.ts';
import { mail } from '../mime.ts';
import { away, gone, human, optOut, other } from '../cases.ts';

const from = 'Kim Doe <kim@example.org>';

export const ITALIAN: readonly Fixture[] = [
  optOut(
    'GDPR',
    'it',
    'outlook',
    "Gentile signora,\n\nai sensi dell'art. 17 GDPR chiedo che i miei dati personali vengano cancellati.\n\nDistinti saluti\nKim Doe",
  ),
  optOut('tu', 'it', 'gmail', 'Ciao Ann, toglimi dalla lista per favore.'),
  optOut('breve', 'it', 'apple', 'Basta mail, grazie'),
  optOut('smettere', 'it', 'yahoo', 'Vi prego di smettere di scrivermi.'),
  optOut(
    'revoca',
    'it',
    'outlookHtml',
    'Revoco il consenso al trattamento dei miei dati per finalità di marketing.',
  ),
  optOut(
    'evitare',
    'it',
    'gmail',
    'Non siamo interessati, vi chiedo gentilmente di non inviarci altre comunicazioni.',
  ),
  optOut(
    'mai iscritto',
    'it',
    'thunderbird',
    'Non mi sono mai iscritto a nulla. Come faccio a cancellarmi?',
  ),
  other(
    'oggetto',
    'it',
    'other',
    'opt_out',
    mail({ from, subject: 'R: disiscrizione', text: 'Inviato da iPhone' }),
    { via: 'words' },
  ),
  human(
    'resta',
    'it',
    'gmail',
    'Non mi togliete dalla lista, vi leggo volentieri. Per ora però niente budget.',
  ),
  human('clienti', 'it', 'outlook', 'Come fanno i clienti a disiscriversi con il vostro sistema?'),
  human('allegato', 'it', 'apple', "Può eliminare l'allegato e rimandare la mail?"),
  human('fuori lunedì', 'it', 'gmail', 'Lunedì sono fuori ufficio, mi chiami martedì.'),
  human(
    'non prima',
    'it',
    'yahoo',
    'Non mi chiami prima di giovedì, siamo in piena revisione. Dopo volentieri.',
  ),
  away(
    'ponte',
    'it',
    'exchange',
    '2026-12-09',
    "Per il ponte dell'Immacolata lo studio riaprirà mercoledì 9 dicembre.",
    'Risposta automatica: A shorter close',
  ),
  away(
    'malata',
    'it',
    'gmail',
    null,
    'Sono assente per motivi di salute. Per necessità contattare la segreteria.',
    'Risposta automatica: A shorter close',
  ),
  away(
    'dal al',
    'it',
    'zimbra',
    '2027-01-07',
    'Sarò in ferie dal 24/12/2026 al 06/01/2027 compresi.',
  ),
  away(
    'torno',
    'it',
    'icloud',
    '2026-12-14',
    'Sono in viaggio di nozze! Torno operativa il 14 dicembre.',
    'Re: A shorter close',
  ),
  away(
    'senza intestazioni',
    'it',
    'bare',
    '2026-12-04',
    'Grazie per il messaggio. Sarò assente fino al 4 dicembre e risponderò al mio rientro.',
    'Assenza dal lavoro: A shorter close',
  ),
  gone(
    'non più',
    'it',
    'exchange',
    'jo@example.org',
    'La informo che dal 1 ottobre non faccio più parte di Example. La prego di rivolgersi a jo@example.org.',
    'Risposta automatica: A shorter close',
  ),
];
