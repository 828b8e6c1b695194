/** Words by which a person shows that they answer this one mail. Patterns for folded text on one line. */
export const ENGAGEMENT: readonly RegExp[] = [
  /\?/,
  /\b(?:interested|let's|let us|sounds (?:good|great|interesting|fine)|happy to|glad to|tell me more|could you (?:please )?(?:send|share|tell|call|give)|can you|can we|works for me|your (?:proposal|offer|product|idea|suggestion|question|pitch)|looking forward|speak (?:then|soon)|talk (?:then|on|next|soon|after)|send me|we already|no thanks|no thank you|not for us|i would like|i'd like|i was (?:on|away|out)|we use)\b/,
  /\b(?:interessiert|interesse|gerne? (?:konnen|horen|sprechen|treffen|telefonieren|nehme)|lassen sie uns|lass uns|konnen (?:sie|wir)|schicken sie mir|senden sie mir|ihr angebot|ihren vorschlag|klingt (?:gut|interessant|spannend)|ich war (?:im|in|auf)|kein bedarf|passt mir|freue mich auf)\b/,
  /\b(?:interesse[re]?s?|pouvez-vous|pourriez-vous|pouvons-nous|votre (?:offre|proposition|produit|solution)|envoyez-moi|parlons|echangeons|j'etais en|avec plaisir|volontiers|ca m'interesse|ca me va|me convient|pas interesse)\b/,
  /\b(?:interesad[oa]|me interesa|podria(?:s)? (?:enviar|mandar|llamar)|podemos (?:hablar|vernos)|hablemos|su (?:propuesta|oferta|producto)|envieme|me viene bien|estuve (?:de|fuera)|encantad[oa] de)\b/,
  /\b(?:interessat[oa]|mi interessa|puo (?:mandarmi|inviarmi)|potrebbe (?:inviarmi|mandarmi)|possiamo (?:sentirci|parlare|vederci)|sentiamoci|la (?:sua|vostra) (?:proposta|offerta)|mi mandi|va bene|ero (?:in|via|fuori)|volentieri)\b/,
  /\b(?:interessad[oa]|interessa-me|me interessa|tenho interesse|pode(?:ria)? (?:enviar|mandar|ligar)|podemos (?:falar|conversar|marcar)|a sua (?:proposta|oferta)|envie-me|mande|vamos (?:falar|conversar|marcar)|estive (?:de|fora|em)|com (?:todo o|muito) prazer)\b/,
];
