import { oneOf, type AbsenceLanguage } from './language.ts';

export const FRENCH: AbsenceLanguage = {
  subject: oneOf(
    String.raw`absen(?:ce|te?)\b`,
    String.raw`message d'absence`,
    String.raw`(?:notification|avis) d'absence`,
    String.raw`en conges?\b`,
    String.raw`en vacances`,
    String.raw`je suis (?:absent|en conge)`,
    String.raw`indisponible`,
  ),
  says: oneOf(
    String.raw`absente?s? (?:du |de |jusqu|pour|actuellement|et|en|ce)\b`,
    String.raw`(?:suis|serai|sommes|serons) (?:actuellement |momentanement |egalement )?(?:absente?s?|en conges?|en vacances|en deplacement|en formation|en arret|indisponible|injoignable|hors du bureau)\b`,
    String.raw`en conges? (?:jusqu|du|maternite|parental|maladie|annuels?)\b`,
    String.raw`actuellement (?:absente?|en conges?|en vacances|en deplacement)\b`,
    String.raw`en mon absence\b`,
    String.raw`pendant (?:mon|cette) absence\b`,
    String.raw`durant (?:mon|cette) absence\b`,
    String.raw`hors du bureau\b`,
    String.raw`(?:un )?acces limite a (?:ma|mes)\b`,
    String.raw`(?:bureaux?|entreprise|societe|agence|etude|cabinet) (?:est|sont|sera|seront) fermee?s?\b`,
    String.raw`de retour (?:le|au bureau|a partir)\b`,
    String.raw`je m'absente`,
    String.raw`(?:suis|serai|sommes|serons) (?:[a-z]{1,14} ){0,2}(?:souffrant|malade|en (?:arret|conge|vacances|deplacement|formation|mission|rtt))`,
    String.raw`acces (?:tres )?(?:limite|restreint|reduit)`,
    String.raw`conge (?:maternite|paternite|parental|maladie|sans solde|sabbatique)`,
    String.raw`en (?:conges?|vacances|rtt|deplacement|arret maladie)\b`,
    String.raw`actuellement (?:[a-z]{1,14} ){0,2}(?:malade|souffrante?)`,
  ),
  hints: oneOf(
    String.raw`(?:conges?|vacances|repos|seminaire|stage|salon|malade|maladie|souffrante?)\b`,
    String.raw`(?:deplacement|mission|formation|mon retour|fermee?s?|fermeture|absen[a-z]*|arret)\b`,
    String.raw`(?:rtt|pont|ferie|hospitalisee?|operee?|convalescen[a-z]*|teletravail|maternite)\b`,
    String.raw`(?:paternite|indisponible|rouvr[a-z]*)\b`,
  ),
  templates: [
    /\b(?:merci (?:de|pour) (?:votre|m'avoir|ton)|j'ai bien recu|(?:en cas d'|pour toute )urgence|message automatique|reponse automatique|ne sera pas (?:transfere|lu))/,
  ],
};
