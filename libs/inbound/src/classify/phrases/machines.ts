/** What machines say, in six languages. Patterns for folded text on one line. */

/** The person will not be back. */
export const GONE: readonly RegExp[] = [
  /\b(?:no longer|not) (?:work(?:s|ing)? (?:for|at|with|here|in)|employed|with\b|part of (?:the |our )|an employee|in (?:this|the|that) (?:role|position|company)|a member of)|\b(?:has|have|'ve|i) (?:now |recently )?left (?:the |our |my )?(?:company|organi[sz]ation|firm|business|team|position|role|[a-z]{2,20} (?:ltd|inc|gmbh|group|corp))|\b(?:mailbox|address|e-?mail account|account|inbox) is (?:no longer|not) (?:in use|monitored|active|valid|being monitored|checked|attended|read)|\b(?:have|has|am|is|'ve|now) (?:now |recently |since )?retired|\binto retirement|\bmoved on (?:from|to)/,
  /\bnicht mehr (?:im|bei|fur|in|fur unser|bei uns im)[^.!?]{0,40}(?:unternehmen|tatig|beschaftigt|hause?|firma|team|gmbh|ag|aktiv)|\bnicht (?:mehr|langer) (?:bei uns|fur uns|beschaftigt|tatig)|\b(?:unternehmen|firma|gesellschaft|haus) (?:zum [^.!?]{1,30} )?verlassen|\bausgeschieden|\b(?:adresse|postfach|mailadresse|account|konto) (?:ist|wird) (?:nicht mehr|nicht) (?:aktiv|gultig|verwendet|abgerufen|gelesen|genutzt|bearbeitet|betreut)|\b(?:im|in den|in) (?:[a-z]{1,16} )?(?:ruhestand|rente)\b/,
  /\bne (?:travaille|fait|faisons|suis|sera|collabore|fais) plus (?:partie|pour|chez|au sein|dans|parmi|salarie|en poste|avec)|\ba quitte (?:l'entreprise|la societe|ses fonctions|notre|l'agence|le groupe|son poste|definitivement)|\bn'est plus (?:en poste|dans|valide|active?|utilisee?|employee?|consultee?|salarie|parmi|joignable a cette)|\b(?:j'ai|ai) quitte (?:l'entreprise|la societe|mes fonctions|mon poste)|\b(?:a la|en) retraite\b|\b(?:a|ai) pris (?:sa|ma) retraite/,
  /\bya no (?:trabaja|trabajo|forma|formo|esta (?:activ|en uso|con nosotros|disponible en esta|operativ|en la empresa)|colabora|pertenece|se (?:utiliza|usa|encuentra))|\b(?:ha|he) (?:dejado (?:la empresa|de trabajar|la compania)|causado baja|abandonado la)|\b(?:jubilad[oa]|jubilacion)\b/,
  /\bnon (?:lavora|lavoro|fa|faccio|collabora|collaboro|e|sono) piu (?:parte|presso|per|in|con|qui|attiv|valid|operativ|dipendente|alle dipendenze|utilizzat|monitorat|raggiungibile)|\b(?:ha|ho) lasciato (?:l'azienda|la societa|il gruppo|l'incarico)|\bin pensione\b/,
  /\bja nao (?:trabalha|trabalho|faz|faco|esta (?:ativ|em uso|a colaborar|na empresa|disponivel|em funcionamento|connosco)|colabora|integra|pertence|se encontra|e utilizad)|\bnao (?:trabalha|trabalho|faz|faco|esta|colabora|e) mais (?:parte|na|no|em|para|conosco|ativ|com|mais|utilizad|aqui)|\b(?:deixou|deixei) (?:a empresa|de trabalhar|de colaborar|o cargo|de fazer parte)|\b(?:reformad[oa]|aposentad[oa]|aposentou-se|reformou-se)\b/,
];

/** Somebody is to prove that they are no machine. */
export const CHALLENGE: readonly RegExp[] = [
  /\b(?:confirm|verify|prove|validate|authenticate)[^.!?]{0,40}(?:you(?:'re| are)? (?:a |not a )?(?:real |actual |human|legitimate)|your (?:e-?mail|address|identity|message)|sender|yourself)|\b(?:spam ?arrest|boxbe|mailinblack|spamfighter|sender verification|verification (?:request|required)|challenge[- ]response|approved senders?|allow(?:ed)? list|guest list|waiting list)\b|\b(?:released|delivered) (?:once|after|as soon as) you (?:confirm|click|verify)/,
  /\b(?:bestatigen sie|bestatige)[^.!?]{0,60}(?:absender|mensch|e-?mail|nachricht|adresse)|\bspam-?schutz[^.!?]{0,80}(?:bestatig|klick)/,
  /\b(?:confirme[rz]|authentifie[rz]|valide[rz]|identifie[rz])[^.!?]{0,60}(?:expediteur|humain|adresse|envoi|message|identite|robot)|\bantispam[^.!?]{0,80}(?:clique|confirm|authentifi)/,
  /\b(?:confirme|confirmar|verifique|verificar|valide)[^.!?]{0,60}(?:remitente|humano|identidad|su (?:direccion|mensaje|correo)|robot)/,
  /\b(?:conferm[aei]|confermare|verific[ahi]|verificare)[^.!?]{0,60}(?:mittente|umano|identita|suo (?:indirizzo|messaggio)|robot|persona reale)/,
  /\b(?:confirme|confirmar|verifique|verificar|valide)[^.!?]{0,60}(?:remetente|humano|identidade|seu (?:endereco|e-?mail)|robo)/,
];

/** A case was opened. */
export const TICKET: readonly RegExp[] = [
  /\b(?:ticket|case|request|incident|enquiry|inquiry|reference)(?: (?:number|id|no|ref|reference))?[ .:]{0,3}(?:is |was |has been )?[[(#]{0,2}[a-z]{0,6}-?#?\d{3,}|\b(?:ticket|case|request|incident) (?:has been|was|is) (?:created|opened|received|logged|registered|assigned)|\breply above this line|\b(?:support|service) (?:ticket|request|case)\b/,
  /\b(?:ticket|vorgang|anfrage|fall|bearbeitungs)-?(?:nummer|nr|id)?[ .:]{0,3}[[(#]{0,2}[a-z]{0,6}-?#?\d{3,}|\b(?:ticket|vorgang|anfrage|anliegen) (?:wurde|ist) (?:unter|mit|erfolgreich|bei uns|erstellt|angelegt|eroffnet|eingegangen|registriert|erfasst)|\bticketsystem|\bvorgangsnummer/,
  /\b(?:ticket|demande|dossier|requete)(?: (?:numero|n|no|ref|reference))?[ .:o]{0,4}[[(#]{0,2}[a-z]{0,6}-?#?\d{3,}|\b(?:ticket|demande|requete) a (?:bien )?ete (?:creee?|enregistree?|ouverte?|recue?|prise? en compte)/,
  /\b(?:ticket|caso|solicitud|incidencia|consulta)(?: (?:numero|n|no|num|ref|referencia))?[ .:o]{0,4}[[(#]{0,2}[a-z]{0,6}-?#?\d{3,}|\b(?:ticket|caso|solicitud|incidencia|consulta) (?:ha sido|fue|se ha) (?:cread[oa]|registrad[oa]|abiert[oa]|recibid[oa])/,
  /\b(?:ticket|richiesta|pratica|segnalazione)(?: (?:numero|n|no|nr|rif))?[ .:o]{0,4}[[(#]{0,2}[a-z]{0,6}-?#?\d{3,}|\b(?:ticket|richiesta|segnalazione) e (?:stat[oa] )?(?:creat[oa]|apert[oa]|registrat[oa]|ricevut[oa]|pres[oa] in carico)/,
  /\b(?:ticket|pedido|chamado|solicitacao|processo)(?: (?:numero|n|no|num|ref|referencia))?[ .:o]{0,4}[[(#]{0,2}[a-z]{0,6}-?#?\d{3,}|\b(?:ticket|pedido|chamado|solicitacao) (?:foi) (?:criad[oa]|abert[oa]|registad[oa]|registrad[oa]|recebid[oa])/,
];

/** The mail has arrived, and somebody will see to it. */
export const ACKNOWLEDGEMENT: readonly RegExp[] = [
  /\b(?:we|i) (?:have |'ve )?(?:received|got) your (?:e-?mail|message|request|enquiry|inquiry|application)|\byour (?:e-?mail|message|request|enquiry|inquiry|application) (?:has been|was) (?:received|forwarded)|\b(?:within|in) (?:the next )?(?:\d{1,2}|one|two|three)(?: ?(?:-|to) ?\d)? (?:business |working )?(?:hours|days)|\bthank you for (?:contacting|your (?:enquiry|inquiry|application|interest))|\bdo not (?:reply|respond) to this/,
  /\b(?:wir|ich) (?:haben|habe) ihre (?:e-?mail|nachricht|anfrage|bewerbung)[^.!?]{0,30}(?:erhalten|empfangen)|\bihre (?:e-?mail|nachricht|anfrage|bewerbung) (?:ist|wurde)[^.!?]{0,40}(?:eingegangen|zugestellt|weitergeleitet|empfangen)|\bantworten sie (?:bitte )?nicht auf diese|\bschnellstmoglich|\binnerhalb (?:von )?\d{1,3} (?:stunden|werktagen|tagen)/,
  /\b(?:nous avons|j'ai) bien recu votre|\bvotre (?:message|e-?mail|courriel|demande|candidature) (?:a (?:bien )?ete|nous est bien)|\baccus(?:e|ons) (?:de |bonne )?reception|\bsous \d{1,3} ?(?:h\b|heures|jours)|\bne pas repondre a ce|\bdans les (?:meilleurs|plus brefs) delais/,
  /\bhemos recibido su|\bsu (?:mensaje|correo|solicitud|consulta) ha sido|\bacuse de recibo|\ben (?:un plazo de |menos de |las proximas )?\d{1,3} (?:horas|dias)|\bno responda a este|\ba la mayor brevedad/,
  /\babbiamo ricevuto (?:la|il) (?:sua|suo|tua|vostra)|\b(?:la sua|il suo) (?:messaggio|richiesta|e-?mail|candidatura) e stat|\bentro \d{1,3} (?:ore|giorni)|\bnon rispondere a questa|\bquanto prima/,
  /\brecebemos (?:o |a )?(?:seu|sua|vosso)|\b(?:o seu|a sua) (?:mensagem|pedido|e-?mail|candidatura) foi|\b(?:em|no prazo de|dentro de) (?:ate )?\d{1,3} (?:horas|dias)|\bnao responda a est|\bo mais brevemente possivel|\bem breve/,
];
