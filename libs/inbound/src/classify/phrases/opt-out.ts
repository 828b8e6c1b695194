/** How people ask for no more mail, in six languages. Patterns for folded text on one line. */

/** A whole subject or a whole message, without punctuation and politeness. */
export const OPT_OUT_WHOLE =
  /^(?:unsubscribe(?: me| us)?(?: from (?:the |your |this )?(?:mailing |e-?mail )?(?:list|newsletter))?|unsub|opt[- ]?(?:me )?out|remove(?: me| us)?(?: from (?:the |your |this )?(?:mailing |e-?mail )?list)?|take me off|stop|stop (?:all |the |these )?(?:e-?mails?|mails?|messages|spam|it)|no more (?:e-?mails?|mails?)|(?:mich |uns )?(?:abmelden|austragen|abbestellen|loschen)|abmeldung|abbestellung|austragung|(?:newsletter|verteiler|mailing|mails?) (?:abmelden|abbestellen|austragen|abmeldung)|(?:me |se )?(?:desinscrire|desabonner|desabonne|desinscription)|desabonnement|desinscrivez-moi|desabonnez-moi|stop (?:pub|mail|mails|publicite)|baja|de baja|dar(?:me)? de baja|(?:solicito |quiero )(?:la )?baja|(?:cancelar|anular) (?:la )?suscripcion|cancellami|cancellatemi|cancellazione|disiscrizione|disiscrivimi|disiscrivetemi|rimuovimi|rimuovetemi|(?:annulla|annullare) (?:l')?iscrizione|remover|remova-me|remova me|descadastrar|descadastro|cancelar (?:a )?(?:inscricao|subscricao|assinatura)|sair da lista)$/;

/** Left out before `OPT_OUT_WHOLE` is asked. */
export const POLITENESS =
  /\b(?:please|pls|plz|kindly|thanks|thank you|thx|hi|hello|bitte|danke|vielen dank|hallo|s'il vous plait|svp|merci|bonjour|por favor|gracias|hola|per favore|grazie|buongiorno|per cortesia|obrigad[oa]|ola)\b/g;

export const OPT_OUT: readonly RegExp[] = [
  // English
  /(?<!\b(?:not|never|n't|without) (?:please )?)\b(?:remov(?:e|ing)|tak(?:e|ing)|delet(?:e|ing)|drop|strike|unsubscrib(?:e|ing)|scrub) (?:me|us|my (?:e-?mail|address|name|details|contact|data|personal|information|account from)|this (?:e-?mail|address))(?! (?:on|from|off|out of) (?:the )?(?:cc|copy|thread|loop|call|calendar|invite|meeting|chat|channel))(?! (?:through|up on|to|out|seriously|as))\b/,
  /\b(?:want|wish|like|need|asked?|asking) to (?:unsubscribe|opt[- ]?out|be (?:removed|unsubscribed|taken off|deleted))\b/,
  /(?<!\b(?:not|can't|cannot|n't|never) )\b(?:stop|quit|cease) (?:e-?mailing|mailing|contacting|writing|sending|messaging|spamming|bothering|these e-?mails|the e-?mails|this spam)\b/,
  /\b(?:do not|don't|never|not to) (?:ever )?(?:contact|e-?mail|write(?: to)?|message|mail|bother|spam) (?:me|us)\b(?! (?:until|before|on|between|by phone|during|via|at|next|this week))/,
  /\b(?:do not|don't|never) send (?:me|us) (?:any|further|more|another|these|this kind|e-?mails?|anything)/,
  /\bno (?:more|further) (?:e-?mails?|messages|mails?|contact|communications?)\b/,
  /\bplease (?:unsubscribe|opt me out)\b|\bopt (?:me|us) out\b|\bunsubscribe(?:,)? please\b|\bhow (?:do|can) i (?:unsubscribe|opt[- ]?out|get off)\b/,
  /\boff (?:of )?(?:your|this|the) (?:mailing |e-?mail |distribution |marketing )?lists?\b/,
  /\b(?:not|no longer|n't) (?:want|wish|like|care) to (?:receive|get|hear from|be contacted|be e-?mailed)\b/,
  /\b(?:not|no longer|n't) want (?:any |your |these |to receive )?(?:more |further )?(?:e-?mails?|messages|mails|newsletters?|marketing)\b/,
  /\bwithdraw (?:my|our) consent\b|\bobject to (?:the )?(?:processing|use of my|direct marketing|receiving)\b|\b(?:delete|erase|remove) (?:all )?(?:of )?(?:my|our) (?:personal )?(?:data|details|information)\b|\bleave me alone\b|\bright to (?:be forgotten|erasure)\b/,
  /(?<!\b(?:not|never|n't|without) (?:please )?)\b(?:take|remove|delete|strike|drop|get) [^.!?]{2,40} (?:off|from|out of) (?:your|the|this|that|any|all|whatever)(?: [a-z-]{1,20}){0,3} (?:lists?|database|records|crm|mailings?|newsletters?|distribution)\b/,
  // German
  /\b(?:tragen|nehmen|streichen|loschen|entfernen|melden|schmeissen) sie (?:bitte )?(?:mich|uns|meine|unsere|diese)\b(?! (?:nicht|zum|bitte nicht|ernst|beim wort))/,
  /\b(?:trag|tragt|nehmt|nimm|streicht|loscht|losch|entfernt|meldet) (?:bitte )?(?:mich|uns|meine|unsere) (?:bitte )?(?:aus|ab|von|raus|wieder|aus|adresse|daten|mailadresse)/,
  /\b(?:mich|uns|meine (?:e-?mail-?)?adresse|meine daten) (?:bitte )?(?:aus|von|vom|im) (?:ihrem|ihrer|dem|der|eurem|eurer|diesem|dieser|allen)? ?(?:e-?mail-?)?(?:verteiler|verteilern|verteilerliste|liste|newsletter|mailingliste|mailing-liste|datenbank|adressliste|adressbestand)\b/,
  /\bkeine (?:weiteren |weitere |solchen |solche )?(?:e-?mails?|mails|nachrichten|werbung|werbemails|werbe-mails|newsletter|zuschriften|anschreiben)\b(?! (?:aus|im spam|zu))(?: mehr| von ihnen| dieser art| zu senden| schicken| senden| zusenden| erhalten| bekommen|[.!]|$)/,
  /\bbitte (?:um )?(?:austragung|abmeldung|loschung|austragen|abmelden|abbestellen)\b|\bbitte (?:mich|uns) (?:[a-z]{1,12} ){0,3}(?:austragen|abmelden|loschen|entfernen|streichen|nehmen)\b|\b(?:mochte|will|wollen|mochten) (?:mich|uns|ich mich) (?:hiermit |bitte |gerne? |vom newsletter )?(?:abmelden|austragen)\b/,
  /\b(?:kontaktieren|schreiben|mailen|belastigen) sie (?:mich|mir|uns) (?:bitte )?(?:nicht|nie) (?:mehr|wieder|weiter)\b|\bnicht mehr (?:kontaktiert|angeschrieben|belastigt|von ihnen)\b|\bunterlassen sie\b|\bwiderspreche (?:ich )?(?:hiermit )?(?:der|dem|jeder|einer)\b|\bloschen sie (?:bitte )?(?:meine|alle|unsere|samtliche)\b|\blassen sie mich in ruhe\b/,
  /\b(?:nehmen|streichen|loschen|entfernen|nehmt|streicht|loscht) [^.!?]{2,50} (?:aus|von|vom) (?:[a-z]{1,10} ){0,3}(?:e-?mail-?)?(?:verteilern?|liste|listen|datenbank|newsletter|mailingliste|adressbestand|system)\b/,
  // French
  /\b(?:me|nous|m'|de me) ?(?:desinscrire|desabonner|retirer|supprimer|rayer|enlever|radier)\b|\b(?:retirez|supprimez|enlevez|rayez|otez|desinscrivez|desabonnez|effacez|radiez)[- ](?:moi|nous|mon|mes|cette|mes coordonnees)\b|\b(?:me|nous) (?:[a-z]{1,10} ){0,2}(?:de|de votre|de vos|de la|de cette) (?:liste|listes) (?:de diffusion|d'envoi|de mailing)\b/,
  /\bne (?:plus|pas) (?:me|nous|m') ?(?:contacter|ecrire|envoyer|solliciter|demarcher|adresser|importuner)\b|\bne (?:me|nous|m') ?(?:contactez|ecrivez|envoyez|sollicitez|demarchez|adressez) plus\b|\bne (?:souhaite|souhaitons|veux|voulons|desire|desirons) (?:plus|pas) (?:recevoir|etre (?:contacte|sollicite|demarche|destinataire))|\bplus recevoir (?:de|d'|vos|aucun|ce|ces)\b|\bcesse[rz] (?:de m'|de me|de nous|d'envoyer|vos|tout|tous|ces)|\barretez (?:de m'|de me|de nous|d'envoyer|vos|ces|avec)|\bm'oppose (?:a|au)\b|\bdemande (?:de )?(?:desinscription|desabonnement|suppression)\b|\bdesinscription (?:de|immediate|svp|s'il)\b/,
  /\b(?:retir|supprim|enlev|ray|ot|effac)[a-z]{1,4} [^.!?]{2,50} (?:de|des|dans) (?:[a-z]{1,10} ){1,3}(?:listes?|bases?|fichiers?|mailings?)\b/,
  // Spanish
  /\b(?:dar(?:me|nos)|den(?:me|nos)|deme|denos|dame|dar) (?:por favor )?de baja\b|\b(?:solicito|quiero|deseo|pido) (?:la |mi |ser )?(?:baja|dado de baja|dada de baja|eliminad[oa])|\b(?:elimin|borr|quit|remuev|sac|saqu)[a-z]{1,4}(?:me|nos)\b|\bno (?:deseo|quiero|queremos|deseamos) (?:recibir|mas (?:correos|mensajes|e-?mails)|seguir recibiendo|que me)\b|\bno (?:me|nos) (?:envie|envien|envies|contacte|contacten|escriba|escriban|escribas|mande|manden|mandes|vuelva|vuelvan)\b|\bdej(?:e|en|a|ad) de (?:enviar|escribir|contactar|mandar|molestar)|\b(?:borr|elimin|suprim)[a-z]{1,4} (?:todos )?(?:mis datos|mi (?:correo|direccion|e-?mail)|mi nombre)\b|\bme opongo a\b|\bno mas (?:correos|e-?mails|mensajes)\b/,
  /\b(?:quit|elimin|borr|saqu|sac|retir)[a-z]{1,5} [^.!?]{2,50} (?:de|del) (?:[a-z]{1,10} ){0,3}(?:listas?|bases? de datos|boletin)\b/,
  // Italian
  /\b(?:cancell|rimuov|elimin|togli|disiscriv|toglie)[a-z]{0,4}(?:mi|ci|temi|teci)\b|\b(?:cancellare|rimuovere|eliminare|togliere|cancellate|rimuovete|eliminate|cancelli|rimuova|elimini|tolga) (?:per favore )?(?:il mio|la mia|i miei|questo indirizzo|il nostro)\b|\bnon (?:desidero|voglio|vogliamo|desideriamo|intendo) (?:piu )?(?:ricevere|essere contattat|altre|altri|piu)\b|\bnon (?:mi|ci) (?:contatt|scriv|invi|mand)[a-z]{1,5}(?: piu)?\b|\bnon (?:contattatemi|scrivetemi|inviatemi|mandatemi|contattarmi|scrivermi|inviarmi|mandarmi)\b|\bsmett(?:a|ete|etela|i|ila) di\b|\bbasta (?:con )?(?:le |queste |i )?(?:mail|e-?mail|messaggi)\b|\b(?:dalla|da) (?:vostra |sua |questa )?(?:mailing list|lista (?:di )?distribuzione)\b|\bmi oppongo\b|\bnon ricevere piu\b/,
  /\b(?:tol|togl|rimuov|cancell|elimin)[a-z]{1,6} [^.!?]{2,50} (?:dalla|dalle|dal|dai) (?:[a-z]{1,10} ){0,3}(?:list[ae]|database|archivi[oi]?|newsletter)\b/,
  // Portuguese
  /\b(?:remov|retir|exclu|elimin|apag|descadastr|tir)[a-z]{1,3}-(?:me|nos)\b|\b(?:remova|remover|retire|retirar|exclua|excluir|tire|elimine|eliminar|apague|apagar|removam|retirem) (?:por favor )?(?:me|nos|o meu|meu|os meus|meus|a minha|este)\b|\b(?:me|nos) (?:remova|removam|retire|retirem|exclua|excluam|tire|tirem|descadastre|remover|retirar)\b|\b(?:nao|nunca mais) (?:quero|desejo|queremos|desejamos|pretendo|gostaria de) (?:mais )?(?:receber|ser contact|ser contat|continuar)\b|\b(?:deixem|deixe|parem|pare) de (?:me |nos )?(?:enviar|mandar|escrever|contactar|contatar|incomodar)|\bnao (?:me |nos )?(?:envie|enviem|envies|contacte|contactem|contate|contatem|escreva|escrevam|mande|mandem)(?:-me|-nos)? (?:mais|novamente|e-?mails?|mensagens)\b|\bcancelar (?:a )?(?:minha )?(?:inscricao|subscricao|assinatura)\b|\bdescadastr(?:ar|em|e|o)\b|\bnao (?:receber|recebo) mais\b/,
  /\b(?:retir|remov|elimin|apag|exclu|tir)[a-z]{1,4} [^.!?]{2,50} (?:da|do|das|de) (?:[a-z]{1,10} ){0,3}(?:listas?|bases? de dados|banco de dados|newsletter)\b/,
];

/** The sentence is about other people's subscriptions, or about the feature. */
export const ABOUT_OPT_OUTS =
  /\b(?:unsubscribe|opt[- ]?out|abmelde|desinscription|desabonnement|baja|disiscrizione|cancelamento)[- ]?(?:link|rate|rates|button|page|process|flow|feature|header|funktion|quote|seite|automatique|automatica)|\bhow (?:do|can|would) (?:your |our |the )?(?:users|customers|people|recipients|clients|they|we)\b/;
