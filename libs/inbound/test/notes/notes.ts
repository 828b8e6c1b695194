import type { Language } from '../corpus/fixture.ts';

/** What stands in answers without a machine's headers, our mail quoted below. */
export interface Notes {
  /** Notes of absence, written once for everybody. */
  readonly absences: readonly string[];
  /** Answers of people, absent or not. */
  readonly answers: readonly string[];
}

export const NOTES: Readonly<Record<Language, Notes>> = {
  en: {
    absences: [
      "I'm travelling until 4 December and only read mail in the evenings. Anything that can't wait: ops@example.org.\n\nKim",
      'Hi,\n\nI am on parental leave until March 2027. Jo Roe is covering for me (jo@example.org, ext. 214).\n\nThanks,\nKim',
      'The workshop is closed from 21 December to 3 January. We are back on Monday 4 January.\n\nSeason’s greetings from all of us',
      'Currently out sick. I will answer as soon as I am back.\n\nKim Doe\nExample Org Ltd',
      'Away this week with no signal. Back 7 December. Emergencies: 01632 960001.',
      'Hello, thanks for your email. I only work Tuesdays and Wednesdays and will reply on my next working day. Kim',
    ],
    answers: [
      "I'm away until the 7th, but yes, send it over and I'll take it to the board.",
      'On holiday till Monday. Short answer: no, we renewed with the old supplier in June.',
      'My manager is on leave until 7 December. She decides on this, so nothing happens before.',
      'I am out of the office next week. How about the week after?',
      'Back on Monday, then I will look at your numbers.',
      'We are closed between Christmas and New Year, so a start in January suits us better. Price is fine.',
      'I was on leave last week. The contract is with legal now.',
      'Jo is back on Monday and knows more about it than I do.',
    ],
  },
  de: {
    absences: [
      'Hallo,\n\nich bin bis zum 4. Dezember auf Schulung und lese meine Mails erst abends. In dringenden Fällen hilft Jo Roe weiter (jo@example.org).\n\nGruß\nKim Doe',
      'Unsere Praxis bleibt vom 21.12. bis 3.1. geschlossen. Ab dem 4. Januar sind wir wieder für Sie da. Wir wünschen schöne Feiertage!',
      'Ich bin krank und melde mich, sobald ich wieder im Büro bin.\n\nKim Doe',
      'Derzeit befinde ich mich in Elternzeit. Meine Vertretung ist Jo Roe, Tel. 0681 555-11.',
      'Bin diese Woche unterwegs und nur schlecht zu erreichen. Am Montag bin ich zurück. Kim',
      'Vielen Dank für Ihre Nachricht. Freitags ist unser Büro nicht besetzt. Notfälle bitte an 0800 555 112.\n\nDiese E-Mail kann vertrauliche Informationen enthalten.',
    ],
    answers: [
      'Bin bis Freitag im Urlaub, danach gern.',
      'Ich bin noch bis Montag auf Dienstreise. Das Angebot liegt aber schon beim Einkauf.',
      'Mein Chef ist bis 7. Dezember im Urlaub, ohne ihn geht hier nichts.',
      'Nächste Woche bin ich nicht im Büro. Passt die Woche darauf?',
      'Ab Montag bin ich wieder da, dann schaue ich mir Ihre Zahlen an.',
      'Wir haben zwischen den Jahren geschlossen, ein Start im Januar wäre uns lieber.',
      'Ich war krank. Schicken Sie die Unterlagen bitte an die Buchhaltung.',
      'Frau Roe ist ab Montag wieder da, sie kennt sich besser damit aus.',
    ],
  },
  fr: {
    absences: [
      "Bonjour,\n\nJe suis en déplacement jusqu'au 4 décembre et je lis peu mes mails. Pour les urgences : 04 00 00 12 34.\n\nBien à vous,\nKim Doe",
      "Notre agence sera fermée du 21 décembre au 3 janvier. Nous serons de retour le lundi 4 janvier. Toute l'équipe vous souhaite de belles fêtes.",
      'En arrêt maladie. Jo Roe assure mon remplacement (jo@example.org).',
      'Je suis absente ce jour et serai de retour demain matin. Kim Doe',
      'Bonjour, merci pour votre message. Je ne travaille pas le mercredi, je vous réponds jeudi.',
    ],
    answers: [
      "Je suis en congés jusqu'au 7, mais oui sur le principe.",
      'Absente jusqu’à lundi. Le devis me paraît cher.',
      "Mon directeur est en vacances jusqu'au 7 décembre, c'est lui qui décide.",
      'La semaine prochaine je suis en déplacement. Plutôt la suivante ?',
      'Je rentre lundi et je regarde vos chiffres.',
      'Nous sommes fermés entre Noël et le Nouvel An, un démarrage en janvier nous arrange.',
      "J'étais en arrêt. Le contrat est chez le juriste.",
    ],
  },
  es: {
    absences: [
      'Hola:\n\nEstoy de viaje hasta el 4 de diciembre y leo poco el correo. Para urgencias, 600 000 123.\n\nUn saludo,\nKim Doe',
      'La tienda permanecerá cerrada del 21 de diciembre al 3 de enero. Volvemos el lunes 4 de enero. ¡Felices fiestas!',
      'Estoy de baja. Me sustituye Jo Roe (jo@example.org).',
      'Hoy no estoy en la oficina. Contestaré mañana. Kim',
      'Gracias por su mensaje. Nos hemos tomado unos días de descanso y regresamos el 7 de diciembre.',
    ],
    answers: [
      'Estoy de vacaciones hasta el 7, pero en principio sí.',
      'Estoy fuera hasta el lunes. El presupuesto me parece caro.',
      'Mi jefa está de viaje hasta el 7 de diciembre y ella es quien decide.',
      'La semana que viene estoy fuera de la oficina. ¿Mejor la siguiente?',
      'Vuelvo el lunes y miro los números.',
      'Cerramos por Navidad, así que nos conviene empezar en enero.',
      'Estuve enfermo. El contrato lo tiene el abogado.',
    ],
  },
  it: {
    absences: [
      'Buongiorno,\n\nsono in viaggio fino al 4 dicembre e leggo la posta di rado. Per urgenze: 02 000 123.\n\nCordiali saluti\nKim Doe',
      'Il nostro negozio resterà chiuso dal 21 dicembre al 3 gennaio. Riapriamo lunedì 4 gennaio. Buone feste a tutti!',
      'Sono in malattia. Mi sostituisce Jo Roe (jo@example.org).',
      'Oggi non sono in sede. Rispondo domani. Kim',
      'Grazie del messaggio. Siamo in ferie e torniamo il 7 dicembre.',
    ],
    answers: [
      'Sono in ferie fino al 7, ma in linea di massima sì.',
      'Sono fuori fino a lunedì. Il preventivo mi sembra caro.',
      'Il mio capo è in viaggio fino al 7 dicembre e decide lui.',
      'La prossima settimana sono fuori ufficio. Meglio quella dopo?',
      'Rientro lunedì e guardo i numeri.',
      'Siamo chiusi a Natale, quindi meglio partire a gennaio.',
      'Ero malato. Il contratto è dal legale.',
    ],
  },
  pt: {
    absences: [
      'Bom dia,\n\nestou em viagem até 4 de dezembro e leio pouco o e-mail. Para urgências: 210 000 123.\n\nCumprimentos\nKim Doe',
      'A loja estará encerrada de 21 de dezembro a 3 de janeiro. Voltamos na segunda-feira, 4 de janeiro. Boas festas!',
      'Estou de baixa. Quem me substitui é Jo Roe (jo@example.org).',
      'Obrigada pela mensagem. Estou de férias e regresso a 7 de dezembro.',
    ],
    answers: [
      'Estou de férias até dia 7, mas em princípio sim.',
      'Estou fora até segunda. O orçamento parece-me caro.',
      'O meu chefe está em viagem até 7 de dezembro e é ele quem decide.',
      'Volto na segunda e vejo os números.',
      'Estive doente. O contrato está com o advogado.',
    ],
  },
  nl: {
    absences: [
      'Hallo,\n\nik ben tot en met 4 december op reis en lees mijn mail maar af en toe. Bij spoed kun je terecht bij Jo Roe (jo@example.org).\n\nGroet,\nKim Doe',
      'Onze winkel is gesloten van 21 december tot en met 3 januari. Vanaf maandag 4 januari zijn we er weer. Fijne feestdagen!',
      'Ik ben ziek. Jo Roe neemt voor mij waar (jo@example.org).',
      'Vandaag ben ik niet op kantoor. Morgen ben ik weer bereikbaar. Kim',
      'Dank voor je bericht. Ik ben met vakantie en kom op 7 december terug.',
      'Momenteel met zwangerschapsverlof. Neem voor dringende zaken contact op met Jo Roe.',
    ],
    answers: [
      'Ik ben tot de 7e met vakantie, maar in principe ja.',
      'Ben tot maandag weg. De offerte vind ik duur.',
      'Mijn baas is tot 7 december op reis en die beslist.',
      'Volgende week ben ik niet op kantoor. Kan het de week erna?',
      'Maandag ben ik terug, dan kijk ik naar de cijfers.',
      'Tussen kerst en nieuwjaar zijn we dicht, dus januari komt ons beter uit.',
      'Ik was ziek. Het contract ligt bij de jurist.',
      'Jo is maandag weer terug, die weet er meer van.',
    ],
  },
};
