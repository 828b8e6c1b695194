/** What people had been written, as some of them quote it. */
export const OURS = {
  en: `Hi Fiona,

I noticed you opened a second warehouse in Daventry. Most teams we talk to lose
about an hour per shift to bad slotting once a new site goes live.

Northbeam re-slots overnight and stops the walking. Would a 15 minute call next
Tuesday be a terrible idea?

Best,
Daniel

Daniel Reeve | Northbeam Ltd, 14 Quay Street, Bristol BS1 4DJ
You receive this email because of your role. If you'd rather not hear from us
again, unsubscribe here: https://go.northbeam.example/u/8f3kq2`,
  en2: `Hello Marcus,

just floating this to the top of your inbox. Did you have a chance to look at
the delivery numbers I sent before the holiday?

Daniel
--
Don't want these emails? Reply STOP or click to unsubscribe:
https://go.northbeam.example/u/77ab0c`,
  de: `Guten Tag Herr Brandt,

in vielen Werken liegt die Wartungsplanung noch in Excel. Mit Taktwerk sehen
Sie, welche Anlage als nächste stehen bleibt, bevor sie es tut.

Hätten Sie kommende Woche 20 Minuten für ein Gespräch?

Viele Grüße
Lena Vogt

Taktwerk GmbH, Neckarstraße 41, 70190 Stuttgart
Sie möchten keine weiteren E-Mails von uns? Hier abmelden:
https://go.taktwerk.example/u/k39fd`,
  de2: `Guten Tag Frau Lindner,

ich wollte kurz nachfassen: Ist das Thema Instandhaltung bei Ihnen noch vor
dem Urlaub aktuell oder eher im Herbst?

Beste Grüße
Lena Vogt
--
Wenn Sie keine Nachrichten mehr erhalten möchten, antworten Sie mit "STOPP"
oder klicken Sie auf Abbestellen.`,
  fr: `Bonjour Madame Lefort,

Vos équipes passent-elles encore leurs vendredis à saisir des notes de frais ?
Orvalis lit les reçus et remplit tout le reste.

Seriez-vous disponible 15 minutes jeudi prochain ?

Bien cordialement,
Camille Aubert
Orvalis SAS - 8 rue des Tanneurs, 59000 Lille
Vous ne souhaitez plus recevoir nos messages ? Se désinscrire :
https://go.orvalis.example/u/q81xz`,
  es: `Hola, Javier:

He visto que repartís en toda la Comunidad de Madrid. Con Veloxia las rutas se
recalculan solas cuando se cancela una entrega.

¿Te encajaría una llamada de 15 minutos esta semana?

Un saludo,
Marta Ruiz
Veloxia S.L., C/ Alcalá 210, 28028 Madrid
Si no desea recibir más correos, puede darse de baja aquí:
https://go.veloxia.example/u/mm20s`,
  it: `Buongiorno Dott.ssa Greco,

quante ore dedica il Suo ufficio ogni mese alla fatturazione elettronica?
Con Nubilo i nostri clienti ne risparmiano in media undici.

Le andrebbe una breve telefonata la prossima settimana?

Cordiali saluti
Paolo Ferri
Nubilo Srl, Via Savona 97, 20144 Milano
Per non ricevere altre comunicazioni, si cancelli qui:
https://go.nubilo.example/u/x7tt1`,
  nl: `Beste Jeroen,

Veel installatiebedrijven plannen hun monteurs nog op een whiteboard. Met
Kadesoft ziet iedereen meteen wie waar is, ook als er iemand met vakantie is.

Heb je volgende week een kwartiertje?

Groeten,
Sanne de Boer
Kadesoft B.V., Westerkade 9, 3511 HB Utrecht
Geen e-mails meer ontvangen? Meld je hier af:
https://go.kadesoft.example/u/p4n8d`,
} as const;

/** A whole mail, headers and all, in UTF-8: one character for each byte. */
export const bytes = (text: string): string =>
  Buffer.from(text.replaceAll('\n', '\r\n'), 'utf8').toString('latin1');
