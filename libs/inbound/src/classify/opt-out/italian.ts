import { phrases, type OptOutLanguage } from './phrases.ts';

const say = phrases({
  remove: '(?:cancell|rimuov|rimoss|elimin|esclud|disiscriv|depenn|stralci)[a-z]{1,8}',
  take: '<remove>|(?:togli|toglie|tolg|lev|tolt|sfil)[a-z]{0,6}',
  my: 'mio|mia|miei|nostro|nostra|nostri|questo|questa',
  self: '(?:<my>) ~1 (?:indirizz[oi]|emails?|mails?|nominativ[oi]|nom[ei]|contatt[oi]|dati|recapit[oi]|casella|account|azienda)',
  // What may stand between the removing and the list: the writer, not a third thing.
  gap: "(?:(?:per|favore|subito|immediatamente|definitivamente|<my>|il|la|i|le|lo|l'|tutt[oaie]|sopra|seguente|indicat[oa]|indirizz[oi]|di|e|emails?|mails?|posta|elettronica|nominativ[oi]|nom[ei]|contatt[oi]|dati|recapit[oi]|casella|account|azienda|studio|ufficio|ditta|societa|gentilmente|cortesemente|anche|mi|ci|x@y) ){0,9}",
  third:
    "(?:il |lo |la |i |gli |le |l' |un |una |due |tre |quattro |[0-9]{1,3} )(?!(?:indirizz|email|mail|nominativ|nome|contatt|dati|recapit|mi[oa]|nostr))",
  list: 'list[ae]|database|archivi[oi]?|mailing|newsletter|elench?[oi]|rubrich?[ae]|registr[oi]|distribuzione|anagrafich?[ae]|contatti|sistem[ai]|crm|banche? dati|invii',
  leave:
    'disiscri[a-z]{1,8}|disiscrizione|cancellar(?:mi|ci)|cancellazione|(?:annull|disdi|disdir)[a-z]{0,6} ~2 iscrizione|unsubscribe',
  stop: 'smett[a-z]{1,5}|smetter[a-z]{1,4}|cess(?:are|ate|i|a)|finit(?:ela)|finiscila|evit(?:are|ate|i|a)|astener[a-z]{1,3}|astenga|astenetevi|piant[a-z]{1,5}',
  write: '(?:scriv|contatt|disturb|importun|ricontatt|assill|spamm|tartass|tormentar)[a-z]{1,9}',
  send: '<write>|(?:invi|mand|sped|trasmett)[a-z]{1,9}',
  mail: 'emails?|mails?|messaggi|messaggio|pubblicita|spam|newsletter|comunicazion[ei]|offert[ae]|propost[ae]|posta|promozion[ei]|invii|roba',
  more: 'piu|altr[aeio]|mai|ulteriori|nulla|niente|ancora|futuro',
  want: 'voglio|vogliamo|desidero|desideriamo|intendo|intendiamo|vorrei|vorremmo|gradisco|gradirei|interessa|accetto|preferirei|preferisco|preferiamo|preferiremmo',
  please:
    'chiedo|chiediamo|richiedo|richiediamo|desidero|desideriamo|voglio|vorrei|vogliamo|prego|preghiamo|esigo|favore|gentilmente|cortesemente|gradirei|vogliate|potete|potreste|puo|potrebbe|come (?:faccio|posso|si fa)|procedere',
  others: 'clienti|cliente|utenti|utente|iscritti|destinatari|fornitor[ei]|dipendenti',
});

export const ITALIAN: OptOutLanguage = {
  whole: say(
    '^(?:<leave>|cancell(?:a|ate|i|ami|atemi|ateci)|rimuovi(?:mi)?|rimuovetemi|disiscrivi(?:mi)?|toglietemi|toglimi|eliminatemi|eliminami)$',
    '^(?:basta|niente|no|stop|mai) (?:piu |con )?(?:le |i |queste |questi )?(?:<mail>)$|^basta$',
  ),
  requests: say(
    '<please> ~3 essere ~1 (?:cancellat|rimoss|eliminat|tolt|esclus|disiscritt)[a-z]',
    'non ~1 (?:autorizzo|autorizziamo|acconsento|ho autorizzato|abbiamo autorizzato) ~4 (?:uso|utilizzo|dati|invio|trattamento|comunicazioni|pubblicita|contatt*)',
    '(?:cancell|rimuov|elimin|togli|toglie|esclud|disiscriv|lev|depenn)[a-z]{0,4}(?:mi|ci|temi|teci)',
    '(?:mi|ci) ~1 (?:<take>) ~2 (?:dalla|dalle|dal|dai|da) ~3 <list>',
    '(?:mi|ci) (?:cancell|rimuov|elimin|disiscriv)(?:a|i|ate|ete|ino|ano|are|ere|te)',
    '<take> <gap><self>',
    '<self> ~4 <remove>',
    "<take> <gap>(?:dalla|dalle|dal|dai|da|dagli|dall') ~3 <list>(?! <third>)",
    '<please> ~4 <leave>',
    '<leave> ~2 (?:dalla|dalle|dal|dai) ~2 <list>',
    '(?:cancellazione|rimozione|eliminazione) ~4 <self>',
    '(?:<remove>|cancellazione|rimozione|eliminazione) ~~6 dati ~2 personali',
    'dati ~2 personali ~~5 <remove>',
    '(?:gdpr|privacy|rgpd) ~~9 (?:<remove>|cancellazione|rimozione|eliminazione|opposizione)',
    '(?:oppongo|opponiamo|opposizione) ~6 (?:uso|trattamento|dati|ricevere|ricezione|invio|utilizzo|marketing)',
    '(?:revoco|ritiro|nego|revochiamo) ~2 consenso',
    "diritto (?:di|all'|alla) ?(?:cancellazione|oblio|opposizione)",
    'lasci(?:atemi|ami|ateci|aci|armi) ~1 (?:in pace|stare)|(?:mi|ci) lasci[a-z]{0,4} ~1 (?:in pace|stare)',
  ),
  refusals: say(
    'mai piu ~1 <send>',
    'non ~1 insist[a-z]{1,5}',
    '(?:sospend|interromp|annull|cess)[a-z]{1,4} ~2 (?:invio|ricezione|invii)',
    "<stop> (?:di |d' )?~2 (?:scriv|contatt|disturb|invi|mand|importun|assill|tormentar)[a-z]{0,6}(?:mi|ci)",
    "<stop> (?:di |con |d' |gli |le )?~3 (?:<mail>|invio|invii)",
    '<stop> di (?:<write>|ricever[a-z]{1,3})',
    'non (?:mi |ci |vogliate )?~1 (?:scriv|contatt|disturb|importun|assill)(?:[a-z]{1,5}(?:mi|ci|temi|teci)|[a-z]{1,7} ~1 (?:<more>|$))',
    'non (?:mi|ci) ~1 (?:<write>)',
    'non ~1 (?:<send>) ~2 (?:<more>|<mail>)',
    'non ~1 (?:<want>) ~2 (?:ricevere|riceverle|riceverne) ~3 (?:<mail>|<more>|vostre|vostri|sue|da voi)',
    'non ~1 (?:<want>) ~1 (?:<more>) ~2 (?:<mail>|ricever[a-z]{1,3}|saperne|sentir[a-z]{1,3}|essere)',
    'non ~1 (?:<want>) ~1 essere ~1 (?:contattat|disturbat|ricontattat)[a-z]',
    '(?:<want>|<please>) ~3 non ~2 (?:ricever[a-z]{1,3}|essere) ~2 (?:<more>|<mail>|vostre|contattat[a-z]|disturbat[a-z])',
    'non ~1 (?:essere|ricever[a-z]{1,3}) piu',
    "(?:basta|niente|nessun[a']?|mai piu|stop) (?:piu |con |altr[aeio] )?(?:le |i |queste |questi |queste vostre )?(?:<mail>)",
    '(?:stuf[oai]|stanc[oahi]{1,2}) ~3 <mail>',
  ),
  deferred: say('prima|fino|finche|per telefono|questa settimana|per ora|al momento|ancora|oggi'),
  contrary: say(
    'non ~1 (?:esit[a-z]{1,3}|dimentich[a-z]{1,3})',
    'non (?:mi |ci )?~1 (?:<take>) ~3 (?:<list>|dalla|dal)',
    'non (?:togli|toglie|cancell|rimuov|elimin|lev)[a-z]{0,4}(?:mi|ci)',
    '(?:<leave>|<remove>) ~3 (?:webinar|evento|corso|seminario|riunione|fiera|demo)|per (?:errore|sbaglio) ~3 (?:<leave>)',
    'non ~1 <stop> (?:di|mai)|(?:list[ae]|elenc[oh][ie]?) (?:dei|degli|di|delle) (?:partecipanti|invitati|attesa|presenze|prezzi|iscritti)',
    '<others> ~4 (?:<leave>|<remove>)|(?:<leave>|<remove>) ~4 <others>',
    '(?:tasso|link|pulsante|pagina|gestione) (?:di |delle )?(?:<leave>|disiscrizioni)',
    'se (?:non )?(?:desidera|desiderate|vuole|volete|preferisce|avete ricevuto|siete)',
    '(?:dalla|dal) (?:copia|riunione|conversazione|chiamata)',
  ),
  inquiry: say(
    "(?:si puo|si possono|possiamo|posso|e possibile|come si|quant[oiea]|c' e|come fanno)(?! ~2 (?:<leave>|<remove>(?:mi|ci)))",
  ),
  politeness: say(
    'per favore|perfavore|grazie|grazie mille|ciao|buongiorno|buonasera|salve|saluti|cordiali|distinti|per cortesia|ann|subito|immediatamente|gentilmente',
  ),
};
