import type { Fixture } from '../fixture.ts';
import { human } from '../cases.ts';

export const CHECK_REPLIES: readonly Fixture[] = [
  human(
    'stop the clock',
    'en',
    'gmail',
    'We stopped using spreadsheets last year. Does your tool remove duplicate entries from the ledger?',
  ),
  human(
    'holiday mood',
    'en',
    'outlook',
    'I am away from Friday. If you can send the contract by tomorrow I sign it before I leave.',
  ),
  human('contact', 'en', 'apple', "Don't contact Jo about this, contact me. I own the budget."),
  human(
    'unsubscribes',
    'en',
    'yahoo',
    'Our last vendor sent so many mails that half the team unsubscribed. How many would we get from you?',
  ),
  human(
    'no more questions',
    'en',
    'gmail',
    'No more questions from my side. Please send the order form.',
  ),
  human(
    'delete the account',
    'en',
    'outlookHtml',
    'If we try it and do not like it, can we delete our data ourselves?',
  ),
  human('no', 'en', 'apple', 'Thanks, but no. We built our own.'),
  human(
    'back now',
    'en',
    'outlook',
    'Just back from two weeks of vacation, digging through mail. Is the offer still open?',
  ),
  human(
    'Mails löschen',
    'de',
    'gmail',
    'Ich hatte Ihre Mail versehentlich gelöscht. Schicken Sie sie mir bitte noch einmal?',
  ),
  human(
    'Urlaubszeit',
    'de',
    'outlook',
    'Bis Weihnachten ist bei uns die Hälfte im Urlaub, vorher wird das nichts. Im Januar gern.',
  ),
  human(
    'keine weiteren Fragen',
    'de',
    'apple',
    'Ich habe keine weiteren Fragen, bitte das Angebot schicken.',
  ),
  human('nicht mehr', 'de', 'yahoo', 'Excel wollen wir nicht mehr. Was können Sie uns anbieten?'),
  human(
    'supprimer',
    'fr',
    'gmail',
    "Peut-on supprimer un utilisateur sans perdre l'historique ? C'est notre principale question.",
  ),
  human(
    'congés',
    'fr',
    'outlook',
    'Toute mon équipe est en congés fin décembre, voyons-nous en janvier.',
  ),
  human('non merci', 'fr', 'apple', 'Non merci, nous faisons cela en interne.'),
  human(
    'borrar',
    'es',
    'gmail',
    '¿Se pueden borrar mis datos de prueba después de la demo? Si es así, adelante.',
  ),
  human(
    'vacaciones',
    'es',
    'outlook',
    'Mi jefe está de vacaciones hasta el lunes, se lo enseño cuando vuelva.',
  ),
  human('no gracias', 'es', 'apple', 'No, gracias. No lo necesitamos.'),
  human('cancellare', 'it', 'gmail', 'Si può cancellare un fornitore senza perdere i movimenti?'),
  human(
    'ferie',
    'it',
    'outlook',
    'Il collega che se ne occupa è in ferie, le rispondo appena torna.',
  ),
  human('no grazie', 'it', 'apple', 'No grazie, per ora siamo a posto.'),
  human('remover', 'pt', 'gmail', 'Dá para remover um utilizador sem perder os lançamentos?'),
  human('férias', 'pt', 'outlook', 'O meu sócio está de férias, falo com ele quando voltar.'),
  human('não obrigado', 'pt', 'apple', 'Não, obrigado. Por agora não precisamos.'),
];
